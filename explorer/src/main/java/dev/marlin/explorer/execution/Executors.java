package dev.marlin.explorer.execution;

import dev.marlin.explorer.execution.gvsoc.GapSdk;
import dev.marlin.explorer.execution.gvsoc.GvsocExecutor;
import java.util.List;

/** Finds the executor that the user names. */
public final class Executors {
  /** The names that the command line takes. */
  public static final List<String> NAMES = List.of(EmbeddedExecutor.NAME, GvsocExecutor.NAME);

  private Executors() {}

  /**
   * The executor called {@code name}.
   *
   * @throws IllegalArgumentException if there is none
   * @throws dev.marlin.explorer.execution.gvsoc.GvsocException if gvsoc is not installed
   */
  public static Executor named(String name) {
    if (name.equals(EmbeddedExecutor.NAME)) {
      return new EmbeddedExecutor();
    }
    if (name.equals(GvsocExecutor.NAME)) {
      return new GvsocExecutor(GapSdk.find());
    }
    throw new IllegalArgumentException(
        "there is no executor \"" + name + "\"; there are " + String.join(", ", NAMES));
  }
}
