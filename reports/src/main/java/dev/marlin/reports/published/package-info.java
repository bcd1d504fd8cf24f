/** Published results that stand beside ours, one data file each. */
@NullMarked
package dev.marlin.reports.published;

import org.jspecify.annotations.NullMarked;
