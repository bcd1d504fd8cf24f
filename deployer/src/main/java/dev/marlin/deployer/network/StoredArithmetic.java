package dev.marlin.deployer.network;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A layer's arithmetic on bytes as memory holds them: {@code y = clip(floor((multiplier * sum +
 * offset) / divisor), min, max)}, sum and y being made of stored bytes.
 *
 * <p>An element x is stored as the unsigned byte x + {@link ElementType#zero}: signed activations
 * move up by 128. A sum over weights w then holds 128 * (sum of w) too much, which the offset takes
 * away again, and the output moves up by 128 * divisor before the division. Biases become part of
 * the offset. What the padding holds is the stored zero, so that the padding counts like any tap.
 *
 * @param multiplier one for each output channel; of a pooling one; of an addition one for each
 *     input; null for raw 32-bit sums
 * @param offset one for each output channel; of a pooling or addition one
 * @param min smallest stored output
 * @param max largest stored output
 */
public record StoredArithmetic(long @Nullable [] multiplier, long[] offset, int min, int max) {

  /**
   * The arithmetic of {@code layer}.
   *
   * @throws ArithmeticException if a number does not fit 64 bits
   * @throws IllegalArgumentException if the layer is an addition that is not {@linkplain
   *     Addition#isLinear linear}
   */
  public static StoredArithmetic of(Layer layer) {
    if (layer instanceof Convolution l) {
      int channels = l.output().shape().channels();
      return weighted(l, channels, l.weights(), l.bias(), l.requantization());
    }
    if (layer instanceof FullyConnected l) {
      int outputs = l.output().shape().elements();
      return weighted(l, outputs, l.weights(), l.bias(), l.requantization());
    }
    return layer instanceof Pooling l ? of(l) : of((Addition) layer);
  }

  private static StoredArithmetic weighted(
      Layer layer,
      int channels,
      byte[] weights,
      int[] bias,
      Optional<Requantization> requantization) {
    int inputZero = layer.inputs().get(0).type().zero();
    int filter = weights.length / channels;
    long[] offset = new long[channels];
    for (int c = 0; c < channels; c++) {
      offset[c] = bias.length == 0 ? 0 : bias[c];
      for (int i = c * filter; inputZero != 0 && i < (c + 1) * filter; i++) {
        offset[c] -= (long) inputZero * weights[i];
      }
    }
    if (requantization.isEmpty()) {
      return new StoredArithmetic(null, offset, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    Requantization r = requantization.get();
    long[] multiplier = new long[channels];
    for (int c = 0; c < channels; c++) {
      int i = r.multiplier().length == 1 ? 0 : c;
      multiplier[c] = r.multiplier()[i];
      offset[c] =
          Math.addExact(
              Math.addExact(r.offset()[i], Math.multiplyExact(multiplier[c], offset[c])),
              lift(layer, r));
    }
    return clipped(layer, r, multiplier, offset);
  }

  /** A window that the border crops has fewer taps: where this counts, see the lowering. */
  private static StoredArithmetic of(Pooling layer) {
    Requantization r = layer.requantization();
    long taps =
        layer.kind() == Pooling.Kind.MAX
            ? 1
            : (long) layer.window().kernelHeight() * layer.window().kernelWidth();
    long multiplier = r.multiplier()[0];
    long surplus = Math.multiplyExact(multiplier, taps * layer.input().type().zero());
    long offset = Math.addExact(Math.subtractExact(r.offset()[0], surplus), lift(layer, r));
    return clipped(layer, r, new long[] {multiplier}, new long[] {offset});
  }

  private static StoredArithmetic of(Addition layer) {
    if (!layer.isLinear()) {
      throw new IllegalArgumentException(
          "layer " + layer.name() + " clips or divides its operands before the sum");
    }
    Requantization r = layer.requantization();
    long[] multiplier = new long[2];
    long offset = Math.addExact(r.offset()[0], lift(layer, r));
    for (int i = 0; i < 2; i++) {
      Requantization scaling = i == 0 ? layer.firstScaling() : layer.secondScaling();
      multiplier[i] = Math.multiplyExact(r.multiplier()[0], scaling.multiplier()[0]);
      long surplus = Math.multiplyExact(multiplier[i], (long) layer.inputs().get(i).type().zero());
      long moved = Math.multiplyExact(r.multiplier()[0], scaling.offset()[0]);
      offset = Math.addExact(offset, Math.subtractExact(moved, surplus));
    }
    return clipped(layer, r, multiplier, new long[] {offset});
  }

  /** What lifts the output to where it is stored. */
  private static long lift(Layer layer, Requantization requantization) {
    return Math.multiplyExact((long) layer.output().type().zero(), requantization.divisor());
  }

  private static StoredArithmetic clipped(
      Layer layer, Requantization r, long[] multiplier, long[] offset) {
    int zero = layer.output().type().zero();
    return new StoredArithmetic(multiplier, offset, r.min() + zero, r.max() + zero);
  }

  /** The multipliers of a layer that has a requantization. */
  public long[] multipliers() {
    if (multiplier == null) {
      throw new IllegalStateException(
          "raw sums with offsets " + Arrays.toString(offset) + " have no multiplier");
    }
    return multiplier;
  }
}
