package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.PointOutcome;

/** Is told how a sweep goes on, from one thread. */
public interface SweepListener {

  /**
   * The sweep begins.
   *
   * @param points of the sweep
   * @param known how many of them need not run
   */
  void begun(int points, int known);

  /** A point has ended and is kept. */
  void ended(PointOutcome outcome);
}
