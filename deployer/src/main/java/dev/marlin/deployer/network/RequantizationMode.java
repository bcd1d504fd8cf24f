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

  /** The same network with the divisors of this mode, each requantization in lowest terms. */
  public Network apply(Network network) {
    return new Network(
        network.name(),
        network.inputs(),
        network.layers().stream().map(this::converted).toList(),
        network.outputs());
  }

  private Layer converted(Layer layer) {
    if (layer instanceof Convolution l) {
      return new Convolution(
          l.name(),
          l.input(),
          l.output(),
          l.window(),
          l.groups(),
          l.weights(),
          l.bias(),
          converted(l.requantization()));
    }
    if (layer instanceof FullyConnected l) {
      return new FullyConnected(
          l.name(), l.input(), l.output(), l.weights(), l.bias(), converted(l.requantization()));
    }
    if (layer instanceof Pooling l) {
      boolean keeps = l.window().kernelHeight() * l.window().kernelWidth() > 1;
      return keeps
          ? l
          : new Pooling(
              l.name(), l.input(), l.output(), l.kind(), l.window(), converted(l.requantization()));
    }
    if (layer instanceof Concatenation) {
      return layer;
    }
    Addition l = (Addition) layer;
    return new Addition(
        l.name(),
        l.first(),
        l.second(),
        l.output(),
        converted(l.firstScaling()),
        converted(l.secondScaling()),
        converted(l.requantization()));
  }

  private Optional<Requantization> converted(Optional<Requantization> requantization) {
    return requantization.map(this::converted);
  }

  private Requantization converted(Requantization r) {
    boolean keeps = this == EXACT || r.isShift();
    long divisor = keeps ? r.divisor() : nearestPowerOfTwo(r.divisor());
    // Lowest terms only now: what 2^n - 1 has in common with a multiplier must not move the shift.
    return new Requantization(r.multiplier(), r.offset(), divisor, r.min(), r.max())
        .inLowestTerms();
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
