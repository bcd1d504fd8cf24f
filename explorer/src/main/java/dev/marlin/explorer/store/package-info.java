/** Results in SQLite: sweeps, points, runs and layers, safe against a kill at any moment. */
@NullMarked
package dev.marlin.explorer.store;

import org.jspecify.annotations.NullMarked;
