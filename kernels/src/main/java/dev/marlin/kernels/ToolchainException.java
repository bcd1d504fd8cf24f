package dev.marlin.kernels;

/**
 * A cross-compiler is missing or has refused its input. The first line of the message says what,
 * where and what to do; the lines behind it are everything that the tool has printed.
 */
public final class ToolchainException extends RuntimeException {

  private final String summary;

  /**
   * @param summary one line for the user
   * @param output all that the tool has printed; empty if there was no tool
   */
  public ToolchainException(String summary, String output) {
    super(output.isBlank() ? summary : summary + "\n" + output.stripTrailing());
    this.summary = summary;
  }

  /** Returns the first line of the message. */
  public String summary() {
    return summary;
  }
}
