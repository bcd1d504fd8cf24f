package dev.marlin.explorer.store;

import org.jspecify.annotations.Nullable;

/** The results folder cannot be used. The message is one line: which file, what, what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
