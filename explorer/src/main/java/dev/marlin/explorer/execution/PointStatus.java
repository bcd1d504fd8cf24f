package dev.marlin.explorer.execution;

/** How a design point ended. Only {@link #CORRECT} points have a performance. */
public enum PointStatus {
  /** Ran, and every output element of every layer is right. */
  CORRECT,
  /** Ran, but some output element differs. */
  WRONG,
  /** Did not run to its end. */
  FAILED,
  /** Does not fit the memories. */
  INFEASIBLE
}
