package dev.marlin.kernels;

/**
 * The requantization of one channel in 32 bits, as {@code include/requantize.h} states it:
 *
 * <pre>
 * s = clamp(start + sum, -reach - 1, reach)
 * y = (multiplier * s + ((fineMultiplier * s + fineOffset) &gt;&gt; shift) + offset) &gt;&gt;&gt; 24     modulo 2^32
 * </pre>
 *
 * @param start where the sum starts
 * @param reach how far from 0 the sum is looked at, 0 or more
 * @param fineMultiplier digits of the multiplier behind its point, 0 to 2^shift - 1
 * @param fineOffset digits of the offset behind its point, 0 to 2^shift - 1
 * @param multiplier 2^24 for each step of the output
 * @param offset added to the product, modulo 2^32
 */
public record ClampedLine(
    int start, int reach, int fineMultiplier, int fineOffset, int multiplier, int offset) {

  /** What stands in the place of channels that there are not. */
  static final ClampedLine NONE = new ClampedLine(0, 0, 0, 0, 0, 0);

  /**
   * The output for a sum.
   *
   * @param shift digits behind the point, the same for all channels
   */
  public int apply(int sum, int shift) {
    int s = Math.max(-reach - 1, Math.min(reach, start + sum));
    return (multiplier * s + ((fineMultiplier * s + fineOffset) >> shift) + offset) >>> 24;
  }
}
