/** The pages of a report. */
@NullMarked
package dev.marlin.reports.pages;

import org.jspecify.annotations.NullMarked;
