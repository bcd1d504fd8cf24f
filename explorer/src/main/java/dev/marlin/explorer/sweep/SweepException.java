package dev.marlin.explorer.sweep;

import org.jspecify.annotations.Nullable;

/** A sweep file is wrong. The message is one line: {@code file:line:column: what; what to do}. */
public final class SweepException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SweepException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
