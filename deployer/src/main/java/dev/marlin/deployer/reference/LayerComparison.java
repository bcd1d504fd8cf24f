package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.Layer;
import java.util.Locale;
import java.util.Optional;

/**
 * The output of one layer against what it should be, element by element.
 *
 * @param index of the layer, from 0
 * @param layer whose output was compared
 * @param mismatches number of differing elements
 * @param exceeding how many of them only a wider type could hold: more than uint8 is expected, and
 *     the output is saturated there
 * @param first the first differing element, for people, or empty
 */
public record LayerComparison(
    int index, Layer layer, int mismatches, int exceeding, Optional<String> first) {

  /** Whether all elements are equal. */
  public boolean isExact() {
    return mismatches == 0;
  }

  /**
   * Compares a layer's output.
   *
   * @param expected HWC
   * @param got the layer's output
   */
  public static LayerComparison of(int index, Layer layer, int[] expected, Activation got) {
    if (expected.length != got.size()) {
      return new LayerComparison(
          index,
          layer,
          Math.max(expected.length, got.size()),
          0,
          Optional.of(expected.length + " elements expected, got " + got.size()));
    }
    int mismatches = 0;
    int exceeding = 0;
    Optional<String> first = Optional.empty();
    int max = layer.output().type().max();
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] == got.get(i)) {
        continue;
      }
      mismatches++;
      if (expected[i] > max && got.get(i) == max) {
        exceeding++;
      }
      if (first.isEmpty()) {
        first =
            Optional.of(
                String.format(
                    Locale.ROOT, "%s: expected %d, got %d", got.place(i), expected[i], got.get(i)));
      }
    }
    return new LayerComparison(index, layer, mismatches, exceeding, first);
  }

  /** One line for people. */
  public String describe() {
    if (isExact()) {
      return "layer " + index + " (" + layer.name() + "): exact";
    }
    return String.format(
        Locale.ROOT,
        "layer %d (%s): %d of %d elements differ, first %s%s",
        index,
        layer.name(),
        mismatches,
        layer.output().shape().elements(),
        first.orElse("?"),
        exceeding == 0 ? "" : "; in " + exceeding + " of them the golden value exceeds uint8");
  }
}
