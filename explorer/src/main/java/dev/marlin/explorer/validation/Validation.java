package dev.marlin.explorer.validation;

import java.util.Arrays;
import java.util.List;

/**
 * The distribution of differences over a set of programs.
 *
 * @param programs at least one
 */
public record Validation(List<ProgramPair> programs) {
  /** What end to end may differ at most. */
  public static final double MOST_TOTAL = 0.02;

  /** What a layer may differ at most. */
  public static final double MOST_LAYER = 0.05;

  public Validation {
    programs = List.copyOf(programs);
    if (programs.isEmpty()) {
      throw new IllegalArgumentException("there is no program to compare");
    }
  }

  static double error(long embedded, long gvsoc) {
    return gvsoc == 0
        ? (embedded == 0 ? 0 : Double.POSITIVE_INFINITY)
        : (double) embedded / gvsoc - 1;
  }

  /** All layers of all programs. */
  public List<LayerPair> layers() {
    return programs.stream().flatMap(program -> program.layers().stream()).toList();
  }

  /** The largest difference end to end, without its sign. */
  public double worstTotal() {
    return programs.stream().mapToDouble(program -> Math.abs(program.error())).max().orElseThrow();
  }

  /**
   * A quantile of the layers' differences without their signs.
   *
   * @param part 0.5 for the median, 1 for the worst
   */
  public double layerQuantile(double part) {
    double[] sorted =
        layers().stream().mapToDouble(layer -> Math.abs(layer.error())).sorted().toArray();
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  }

  /** Layers that have the same cycles in both. */
  public long exactLayers() {
    return Arrays.stream(layers().stream().mapToDouble(LayerPair::error).toArray())
        .filter(error -> error == 0)
        .count();
  }

  /** Whether all differences are small enough. */
  public boolean isGood() {
    return worstTotal() <= MOST_TOTAL && layerQuantile(1) <= MOST_LAYER;
  }
}
