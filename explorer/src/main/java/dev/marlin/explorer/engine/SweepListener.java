package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.sweep.DesignPoint;

/** Is told how a sweep goes on, from one thread. */
public interface SweepListener {

  /**
   * Points are to be run: all of a sweep, or those that a search asks for next.
   *
   * @param points all that the sweep has by now
   * @param known how many of them need not run
   */
  void begun(int points, int known);

  /** A point has ended and is kept. */
  void ended(PointOutcome outcome);

  /** A point is started again, because of the machinery. */
  default void retried(DesignPoint point, String reason) {}
}
