/** How fast the kernels are: each alone, in the simulator, with its data in L1. */
@NullMarked
package dev.marlin.explorer.benchmark;

import org.jspecify.annotations.NullMarked;
