package dev.marlin.deployer.lowering;

/**
 * The requantization of {@code geometry_t}: what is the same for all channels.
 *
 * @param shift bits, 0 to 63, if {@code divisor} is 0; of clamped lines, digits behind the point
 * @param divisor 0, or the divisor that is no power of two, up to 2^32 - 1
 * @param clipMin smallest output
 * @param clipMax largest output
 * @param firstMultiplier of pooling, or of the first input of an addition; 0 for convolutions
 * @param secondMultiplier of the second input of an addition; else 0
 * @param offset of pooling and addition; else 0
 */
public record Scaling(
    int shift,
    long divisor,
    int clipMin,
    int clipMax,
    long firstMultiplier,
    long secondMultiplier,
    long offset) {

  /** The same clips, with clamped lines of {@code digits} behind their points. */
  Scaling withShift(int digits) {
    return new Scaling(digits, 0, clipMin, clipMax, firstMultiplier, secondMultiplier, offset);
  }

  /** Raw 32-bit sums: nothing is scaled or clipped. */
  static final Scaling RAW = new Scaling(0, 0, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 0, 0);

  /** Tables say what becomes of every byte; these numbers are not read. */
  static final Scaling TABLES = new Scaling(0, 0, 0, 255, 0, 0, 0);
}
