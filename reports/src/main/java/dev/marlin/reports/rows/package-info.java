/** What reports are made of: points, their layers, and where they come from. */
@NullMarked
package dev.marlin.reports.rows;

import org.jspecify.annotations.NullMarked;
