package dev.marlin.explorer.execution;

import java.util.List;

/** Finds the executor that the user names. */
public final class Executors {
  /** The names that the command line takes. */
  public static final List<String> NAMES = List.of(EmbeddedExecutor.NAME, "gvsoc");

  private Executors() {}

  /**
   * The executor called {@code name}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Executor named(String name) {
    if (name.equals(EmbeddedExecutor.NAME)) {
      return new EmbeddedExecutor();
    }
    throw new IllegalArgumentException(
        name.equals("gvsoc")
            ? "the executor gvsoc is not supported yet; use --executor embedded"
            : "there is no executor \"" + name + "\"; there are " + String.join(", ", NAMES));
  }
}
