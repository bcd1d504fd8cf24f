package dev.marlin.explorer.engine;

import org.jspecify.annotations.Nullable;

/** The machinery of a sweep broke, not a point. The message is one line. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  EngineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
