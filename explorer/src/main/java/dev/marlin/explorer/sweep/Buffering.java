package dev.marlin.explorer.sweep;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether the buffers of L1 are single or double. To the tiling policies it is a weight like
 * others; to users it is a word.
 */
public final class Buffering {
  private static final String AUTO = "auto";
  private static final String WEIGHT = "buffers";
  private static final String SINGLE = "single";
  private static final String DOUBLE = "double";

  private Buffering() {}

  /** The words, that for the policy's own choice first. */
  public static List<String> words() {
    return List.of(AUTO, SINGLE, DOUBLE);
  }

  /**
   * The same options with other buffers.
   *
   * @throws IllegalArgumentException if there is no such word
   */
  public static PointOptions set(PointOptions options, String word) {
    if (!words().contains(word)) {
      throw new IllegalArgumentException(
          "there is no buffering \"" + word + "\"" + Nearest.hint(word, words()));
    }
    SortedMap<String, Double> weights = new TreeMap<>(options.heuristics());
    weights.remove(WEIGHT);
    if (!word.equals(AUTO)) {
      weights.put(WEIGHT, word.equals(SINGLE) ? 1.0 : 2.0);
    }
    return options.withHeuristics(weights);
  }

  /** The same options with other weights; buffers stay as they are unless the weights say. */
  static PointOptions withWeights(PointOptions options, SortedMap<String, Double> weights) {
    PointOptions changed = options.withHeuristics(weights);
    return weights.containsKey(WEIGHT) ? changed : set(changed, of(options));
  }

  /** The word for the buffers of a point. */
  static String of(PointOptions options) {
    double weight = options.heuristics().getOrDefault(WEIGHT, 0.0);
    return weight == 1 ? SINGLE : weight == 2 ? DOUBLE : AUTO;
  }
}
