package dev.marlin.explorer.execution;

import org.jspecify.annotations.Nullable;

/** A program did not come to its end. The message is one line. */
public final class ExecutionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String kind;
  private final String output;

  /**
   * @param kind in one word, for example {@code deadlock}
   * @param message what happened where
   * @param output what the program had printed
   */
  public ExecutionException(String kind, String message, String output, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.output = output;
  }

  /** What went wrong, in one word. */
  public String kind() {
    return kind;
  }

  /** What the program had printed. */
  public String output() {
    return output;
  }
}
