package dev.marlin.deployer.network;

/**
 * A model or golden file that Marlin cannot take: wrong, damaged or unsupported. The message is one
 * line that says what, where (file, node, tensor) and what to do.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
