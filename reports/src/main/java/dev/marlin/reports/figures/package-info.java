/** Figures, one class each, in one style. */
@NullMarked
package dev.marlin.reports.figures;

import org.jspecify.annotations.NullMarked;
