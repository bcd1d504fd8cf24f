package dev.marlin.deployer.network;

import java.util.Arrays;

/**
 * From a 32-bit sum to an activation: {@code y = clip(floor((multiplier * sum + offset) / divisor),
 * min, max)}.
 *
 * @param multiplier one value for the layer, or one for each output channel
 * @param offset as many as multipliers
 * @param divisor 1 or more; a power of two is a shift
 * @param min smallest output
 * @param max largest output
 */
public record Requantization(long[] multiplier, long[] offset, long divisor, int min, int max) {
  public Requantization {
    if (multiplier.length == 0 || multiplier.length != offset.length) {
      throw new IllegalArgumentException(
          multiplier.length + " multipliers and " + offset.length + " offsets: they come in pairs");
    }
    if (divisor < 1 || min > max) {
      throw new IllegalArgumentException("divisor " + divisor + ", clip " + min + ".." + max);
    }
  }

  /** The activation of {@code sum} in output channel {@code channel}. */
  public int apply(long sum, int channel) {
    int i = multiplier.length == 1 ? 0 : channel;
    long scaled =
        Math.floorDiv(Math.addExact(Math.multiplyExact(multiplier[i], sum), offset[i]), divisor);
    return (int) Math.max(min, Math.min(max, scaled));
  }

  /**
   * The same function with the smallest constants: what multipliers, offsets and divisor have in
   * common is divided out, which changes no quotient. Fewer bits are then needed to compute it.
   */
  public Requantization inLowestTerms() {
    long common = divisor;
    for (int i = 0; i < multiplier.length && common > 1; i++) {
      common = gcd(gcd(common, multiplier[i]), offset[i]);
    }
    if (common == 1) {
      return this;
    }
    long by = common;
    return new Requantization(
        Arrays.stream(multiplier).map(m -> m / by).toArray(),
        Arrays.stream(offset).map(o -> o / by).toArray(),
        divisor / by,
        min,
        max);
  }

  /** Greatest common divisor, of a positive a. */
  private static long gcd(long a, long b) {
    long x = a;
    // The remainder before the absolute value: that of the smallest long does not exist.
    long y = Math.abs(b % a);
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return x;
  }

  /** Whether the division is a shift. */
  public boolean isShift() {
    return Long.bitCount(divisor) == 1;
  }
}
