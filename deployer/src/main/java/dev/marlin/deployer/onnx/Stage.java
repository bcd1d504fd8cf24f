package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Requantization;
import java.util.Arrays;

/**
 * What a chain of operators does between two roundings: {@code clip(floor((multiplier * x + offset)
 * / divisor))}.
 *
 * @param multiplier one value, or one for each channel
 * @param offset as {@code multiplier}, of either length
 * @param divisor 1 or more
 * @param min smallest result, or Long.MIN_VALUE for no bound
 * @param max largest result, or Long.MAX_VALUE for no bound
 */
record Stage(long[] multiplier, long[] offset, long divisor, long min, long max) {

  /** Nothing happens to x. */
  static Stage identity() {
    return new Stage(new long[] {1}, new long[] {0}, 1, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  Stage times(long[] factor) {
    return new Stage(
        combine(multiplier, factor, Math::multiplyExact),
        combine(offset, factor, Math::multiplyExact),
        divisor,
        min,
        max);
  }

  /** This stage for what was multiplied by {@code factor} before. */
  Stage scaledBefore(long factor) {
    return new Stage(
        combine(multiplier, new long[] {factor}, Math::multiplyExact), offset, divisor, min, max);
  }

  /** This stage for {@code count} of the channels alone. */
  Stage ofChannels(int first, int count) {
    return new Stage(part(multiplier, first, count), part(offset, first, count), divisor, min, max);
  }

  private static long[] part(long[] values, int first, int count) {
    return values.length == 1 ? values : Arrays.copyOfRange(values, first, first + count);
  }

  Stage plus(long[] addend) {
    return new Stage(multiplier, combine(offset, addend, Math::addExact), divisor, min, max);
  }

  Stage dividedBy(long by) {
    return new Stage(multiplier, offset, Math.multiplyExact(divisor, by), min, max);
  }

  Stage clipped(long low, long high) {
    long lower = Math.max(min, low);
    long upper = Math.min(max, high);
    return new Stage(multiplier, offset, divisor, lower, upper);
  }

  /** Whether only the clip changes anything. */
  boolean isOnlyClip() {
    return Arrays.stream(multiplier).allMatch(m -> m == divisor)
        && Arrays.stream(offset).allMatch(o -> o == 0);
  }

  /** The type of the results. */
  ElementType type() {
    return min < 0 && min != Long.MIN_VALUE ? ElementType.INT8 : ElementType.UINT8;
  }

  /**
   * As the network has it; where the file does not clip, results saturate at the limits of uint8.
   *
   * @param where the node that this stage ends with, for messages
   */
  Requantization requantization(Node where) {
    ElementType type = type();
    long low = Math.max(min, type == ElementType.UINT8 ? 0 : Long.MIN_VALUE);
    long high = max == Long.MAX_VALUE ? type.max() : max;
    if (low < type.min() || high > type.max() || low > high) {
      throw where.error("clips to " + min + ".." + max + "; supported: within 0..255 or -128..127");
    }
    int length = Math.max(multiplier.length, offset.length);
    return new Requantization(
        expand(multiplier, length), expand(offset, length), divisor, (int) low, (int) high);
  }

  private static long[] expand(long[] values, int length) {
    if (values.length == length) {
      return values;
    }
    long[] expanded = new long[length];
    Arrays.fill(expanded, values[0]);
    return expanded;
  }

  private interface Operation {
    long apply(long a, long b);
  }

  private static long[] combine(long[] a, long[] b, Operation operation) {
    long[] result = new long[Math.max(a.length, b.length)];
    for (int i = 0; i < result.length; i++) {
      result[i] = operation.apply(a[a.length == 1 ? 0 : i], b[b.length == 1 ? 0 : i]);
    }
    return result;
  }

  static ModelException overflow(Node node) {
    return node.error("leads to constants beyond 64 bits when folded into one multiplier");
  }
}
