/** Tables, one class each, as HTML, Markdown, LaTeX and CSV. */
@NullMarked
package dev.marlin.reports.tables;

import org.jspecify.annotations.NullMarked;
