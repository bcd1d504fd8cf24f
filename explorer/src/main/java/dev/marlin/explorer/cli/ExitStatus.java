package dev.marlin.explorer.cli;

/** What the process ends with; scripts rely on these numbers. */
final class ExitStatus {
  /** Done. */
  static final int OK = 0;

  /** Ran, but a check or a point failed. */
  static final int FAILED = 1;

  /** The command line or an input file is wrong. */
  static final int USAGE = 2;

  /** The network cannot fit the memories. */
  static final int INFEASIBLE = 3;

  private ExitStatus() {}
}
