/** Runs networks to compare the cost model of the tiling with simulated cycles, and to fit it. */
@NullMarked
package dev.marlin.explorer.calibration;

import org.jspecify.annotations.NullMarked;
