/** Result rows in; tables, figures and pages out. */
@NullMarked
package dev.marlin.reports;

import org.jspecify.annotations.NullMarked;
