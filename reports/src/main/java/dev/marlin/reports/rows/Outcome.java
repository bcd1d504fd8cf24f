package dev.marlin.reports.rows;

/** How a design point ended. Only {@link #CORRECT} points have a performance. */
public enum Outcome {
  /** Ran, and every output element is right. */
  CORRECT("correct"),
  /** Ran, but some output differs from the reference. */
  WRONG("wrong result"),
  /** Did not run to its end: compiler error, deadlock, time limit. */
  FAILED("failed"),
  /** Does not fit the memories. */
  INFEASIBLE("infeasible");

  private final String words;

  Outcome(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
