/** Questions that are answered in words: memory, heuristics, before and after. */
@NullMarked
package dev.marlin.reports.studies;

import org.jspecify.annotations.NullMarked;
