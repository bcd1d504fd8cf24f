package dev.marlin.simulator;

/**
 * A program went wrong. The message is one line: what, where (address, pc, symbol, core), and who
 * waits for what.
 */
public final class SimulationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** The run took more cycles than allowed. */
    CYCLE_LIMIT,
    /** Every core sleeps and nothing will wake one. */
    DEADLOCK,
    /** A load, store, fetch or transfer where nothing is. */
    INVALID_ACCESS,
    /** A word that is no instruction was executed. */
    ILLEGAL_INSTRUCTION,
    /** A core's stack leaves its room. */
    STACK_OVERFLOW,
    /** The program does not fit the chip's memory. */
    PROGRAM_TOO_BIG,
    /** Output could not be written. */
    OUTPUT
  }

  private final Kind kind;

  SimulationException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  SimulationException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
