package dev.marlin.deployer.network;

import java.math.BigInteger;
import java.util.Optional;

/**
 * What becomes of divisors that are no powers of two; exporters write 2^n - 1 where they mean 2^n.
 */
public enum RequantizationMode {
  /**
   * Every divisor D becomes 2^round(log2 D), so that a shift divides, as DORY deploys it. Poolings
   * over more than one element keep theirs: it contains the number of elements.
   */
  SHIFT,
  /** Every divisor stays as the file has it. */
  EXACT;

  /** The same network with the divisors of this mode. */
  public Network apply(Network network) {
    return this == EXACT
        ? network
        : new Network(
            network.name(),
            network.input(),
            network.layers().stream().map(RequantizationMode::shifted).toList(),
            network.outputs());
  }

  private static Layer shifted(Layer layer) {
    if (layer instanceof Convolution l) {
      return new Convolution(
          l.name(),
          l.input(),
          l.output(),
          l.window(),
          l.groups(),
          l.weights(),
          l.bias(),
          shifted(l.requantization()));
    }
    if (layer instanceof FullyConnected l) {
      return new FullyConnected(
          l.name(), l.input(), l.output(), l.weights(), l.bias(), shifted(l.requantization()));
    }
    if (layer instanceof Pooling l) {
      boolean keeps = l.window().kernelHeight() * l.window().kernelWidth() > 1;
      return keeps
          ? l
          : new Pooling(
              l.name(), l.input(), l.output(), l.kind(), l.window(), shifted(l.requantization()));
    }
    Addition l = (Addition) layer;
    return new Addition(
        l.name(),
        l.first(),
        l.second(),
        l.output(),
        shifted(l.firstScaling()),
        shifted(l.secondScaling()),
        shifted(l.requantization()));
  }

  private static Optional<Requantization> shifted(Optional<Requantization> requantization) {
    return requantization.map(RequantizationMode::shifted);
  }

  private static Requantization shifted(Requantization r) {
    return r.isShift()
        ? r
        : new Requantization(
            r.multiplier(), r.offset(), nearestPowerOfTwo(r.divisor()), r.min(), r.max());
  }

  /** 2^round(log2 value): in the logarithm the middle between 2^n and 2^(n+1) is 2^(n+1/2). */
  static long nearestPowerOfTwo(long value) {
    long below = Long.highestOneBit(value);
    // value^2 >= 2 * below^2, in whole numbers
    BigInteger square = BigInteger.valueOf(value).pow(2);
    boolean up = square.compareTo(BigInteger.valueOf(below).pow(2).shiftLeft(1)) >= 0;
    return up && below < (1L << 62) ? below << 1 : below;
  }
}
