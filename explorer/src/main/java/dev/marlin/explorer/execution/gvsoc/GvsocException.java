package dev.marlin.explorer.execution.gvsoc;

/** GVSOC is not here or not complete. The message is one line and says what to do. */
public final class GvsocException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GvsocException(String message) {
    super(message);
  }
}
