/**
 * Result rows in; tables, figures and pages out. Start reading at {@link
 * dev.marlin.reports.ReportWriter}.
 */
@NullMarked
package dev.marlin.reports;

import org.jspecify.annotations.NullMarked;
