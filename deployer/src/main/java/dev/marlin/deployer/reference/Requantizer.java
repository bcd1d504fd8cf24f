package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.Requantization;
import java.util.Arrays;

/**
 * Applies one requantization to many sums: what {@link Requantization#apply} does, with the choice
 * of shift or division and the test for overflow taken out of the loop.
 */
final class Requantizer {
  private final Requantization requantization;
  private final long[] multiplier;
  private final long[] offset;

  Requantizer(Requantization requantization, int channels) {
    this.requantization = requantization;
    multiplier = perChannel(requantization.multiplier(), channels);
    offset = perChannel(requantization.offset(), channels);
  }

  /** Replaces 32-bit sums, channel fastest, by activations. */
  void apply(int[] values) {
    for (int c = 0; c < multiplier.length; c++) {
      // No 32-bit sum may overflow 64 bits: the two extremes prove it for all between.
      Math.addExact(Math.multiplyExact(multiplier[c], Integer.MIN_VALUE), offset[c]);
      Math.addExact(Math.multiplyExact(multiplier[c], Integer.MAX_VALUE), offset[c]);
    }
    if (requantization.isShift()) {
      shift(values, Long.numberOfTrailingZeros(requantization.divisor()));
    } else {
      divide(values, requantization.divisor());
    }
  }

  private void shift(int[] values, int bits) {
    int min = requantization.min();
    int max = requantization.max();
    int channels = multiplier.length;
    for (int at = 0; at < values.length; at += channels) {
      for (int c = 0; c < channels; c++) {
        long scaled = (multiplier[c] * values[at + c] + offset[c]) >> bits;
        values[at + c] = (int) Math.max(min, Math.min(max, scaled));
      }
    }
  }

  private void divide(int[] values, long divisor) {
    int min = requantization.min();
    int max = requantization.max();
    int channels = multiplier.length;
    for (int at = 0; at < values.length; at += channels) {
      for (int c = 0; c < channels; c++) {
        long scaled = Math.floorDiv(multiplier[c] * values[at + c] + offset[c], divisor);
        values[at + c] = (int) Math.max(min, Math.min(max, scaled));
      }
    }
  }

  private static long[] perChannel(long[] values, int channels) {
    if (values.length == channels) {
      return values;
    }
    if (values.length != 1) {
      throw new IllegalArgumentException(values.length + " values for " + channels + " channels");
    }
    long[] expanded = new long[channels];
    Arrays.fill(expanded, values[0]);
    return expanded;
  }
}
