package dev.marlin.explorer.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with one line for the user and an exit status. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  CommandException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** The command line or an input file is wrong. */
  static CommandException usage(String message) {
    return new CommandException(ExitStatus.USAGE, message, null);
  }

  /** Something that was started did not end well. */
  static CommandException failed(String message) {
    return new CommandException(ExitStatus.FAILED, message, null);
  }

  int status() {
    return status;
  }
}
