package dev.marlin.explorer.execution;

import java.io.Serializable;

/**
 * What a point cost besides its execution.
 *
 * @param tilings of layers that were solved for it
 * @param sharedTilings of layers that had been solved for another point
 * @param prepareSeconds for network and expected outputs, or waiting for a point that makes them
 * @param tileSeconds from network to sources, or waiting for a point with the same build
 * @param compileSeconds from sources to program
 */
public record Effort(
    int tilings,
    int sharedTilings,
    double prepareSeconds,
    double tileSeconds,
    double compileSeconds)
    implements Serializable {
  /** Of a point that nothing was done for. */
  public static final Effort NONE = new Effort(0, 0, 0, 0, 0);

  /** Both together. */
  public Effort plus(Effort other) {
    return new Effort(
        tilings + other.tilings,
        sharedTilings + other.sharedTilings,
        prepareSeconds + other.prepareSeconds,
        tileSeconds + other.tileSeconds,
        compileSeconds + other.compileSeconds);
  }
}
