package dev.marlin.deployer.network;

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

  /** Whether the division is a shift. */
  public boolean isShift() {
    return Long.bitCount(divisor) == 1;
  }
}
