/** Sweeps on Spark: what is known already, what must run, and rows as they finish. */
@NullMarked
package dev.marlin.explorer.engine;

import org.jspecify.annotations.NullMarked;
