package dev.marlin.deployer.network;

/**
 * All whole numbers from {@code min} to {@code max}, both included: what a value can be, whatever
 * the input of the network. Arithmetic is exact.
 */
public record Range(long min, long max) {
  private static final Range INT32 = new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);

  public Range {
    if (min > max) {
      throw new IllegalArgumentException("the range " + min + ".." + max + " is empty");
    }
  }

  /** All values of elements of {@code type}. */
  static Range of(ElementType type) {
    return new Range(type.min(), type.max());
  }

  /**
   * The range of {@code factor * x}.
   *
   * @throws ArithmeticException if a bound does not fit 64 bits
   */
  Range times(long factor) {
    long a = Math.multiplyExact(min, factor);
    long b = Math.multiplyExact(max, factor);
    return new Range(Math.min(a, b), Math.max(a, b));
  }

  /** The range of {@code x + y}, x of this range and y of {@code other}. */
  Range plus(Range other) {
    return new Range(Math.addExact(min, other.min), Math.addExact(max, other.max));
  }

  /** The range of {@code x + constant}. */
  Range plus(long constant) {
    return new Range(Math.addExact(min, constant), Math.addExact(max, constant));
  }

  /** The smallest range that holds this and zero: where partial sums pass. */
  Range withZero() {
    return new Range(Math.min(min, 0), Math.max(max, 0));
  }

  /** Whether every value fits a signed 32-bit integer. */
  public boolean fitsInt32() {
    return INT32.min <= min && max <= INT32.max;
  }
}
