package dev.marlin.simulator;

/**
 * A file is not a program that GAP8 could run. The message is one line: which file, what is wrong
 * where, what to do.
 */
public final class ProgramFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ProgramFormatException(String message) {
    super(message);
  }
}
