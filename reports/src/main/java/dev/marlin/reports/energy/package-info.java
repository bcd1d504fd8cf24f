/** Time and energy at operating points, and the power model behind them. */
@NullMarked
package dev.marlin.reports.energy;

import org.jspecify.annotations.NullMarked;
