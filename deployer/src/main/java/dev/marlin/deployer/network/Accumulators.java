package dev.marlin.deployer.network;

import org.jspecify.annotations.Nullable;

/**
 * Proves how many bits the arithmetic of a layer needs, from its constants alone: the bounds hold
 * for every input. A sum over weights lies between (negative weights) * (largest input) and
 * (positive weights) * (largest input), channel by channel, so the proof costs one pass over the
 * weights.
 */
public final class Accumulators {
  private Accumulators() {}

  /**
   * Bits that every intermediate of the layer's requantization provably fits, however the bias is
   * folded: before or after the multiplication.
   *
   * @return 32 or 64; 32 for raw sums
   */
  public static int requantizationBits(Layer layer) {
    try {
      return fits32(layer) ? 32 : 64;
    } catch (ArithmeticException overflow) {
      return 64;
    }
  }

  /**
   * Whether the layer's sums themselves, and all their partial sums, provably fit 32 bits. Kernels
   * accumulate in 32 bits whatever the requantization, so a network that fails this cannot run.
   */
  public static boolean sumsFit32(Layer layer) {
    try {
      if (layer instanceof Addition) {
        return true;
      }
      int channels = channels(layer);
      for (int c = 0; c < channels; c++) {
        Range sum = sum(layer, c);
        if (!sum.withZero().fitsInt32() || !sum.plus(bias(layer, c)).withZero().fitsInt32()) {
          return false;
        }
      }
      return true;
    } catch (ArithmeticException overflow) {
      return false;
    }
  }

  /**
   * Whether the layer's requantization provably fits 64 bits for every 32-bit sum. Nothing computes
   * wider, so a network that fails this cannot run.
   */
  public static boolean requantizationFits64(Layer layer) {
    Range sums = Range.of(ElementType.INT32);
    if (layer instanceof Addition addition) {
      return fits64(addition.firstScaling(), sums)
          && fits64(addition.secondScaling(), sums)
          && fits64(addition.requantization(), sums.plus(sums));
    }
    Requantization requantization = requantization(layer);
    return requantization == null || fits64(requantization, sums);
  }

  private static boolean fits64(Requantization requantization, Range sums) {
    try {
      for (int i = 0; i < requantization.multiplier().length; i++) {
        sums.times(requantization.multiplier()[i]).plus(requantization.offset()[i]);
      }
      return true;
    } catch (ArithmeticException overflow) {
      return false;
    }
  }

  /**
   * Values that the sum of one output channel can take before bias and requantization.
   *
   * @param layer a convolution, a fully connected layer or a pooling
   * @param channel an output channel
   */
  public static Range sum(Layer layer, int channel) {
    if (layer instanceof Pooling pooling) {
      Range element = Range.of(pooling.input().type());
      Window window = pooling.window();
      return pooling.kind() == Pooling.Kind.MAX
          ? element
          : element.withZero().times((long) window.kernelHeight() * window.kernelWidth());
    }
    byte[] weights = weights(layer);
    int filter = weights.length / channels(layer);
    long positive = 0;
    long negative = 0;
    for (int i = channel * filter; i < (channel + 1) * filter; i++) {
      if (weights[i] > 0) {
        positive += weights[i];
      } else {
        negative += weights[i];
      }
    }
    Range element = Range.of(layer.inputs().get(0).type()).withZero();
    return element.times(positive).plus(element.times(negative));
  }

  private static boolean fits32(Layer layer) {
    if (layer instanceof Addition addition) {
      return fits32(addition);
    }
    if (!sumsFit32(layer)) {
      return false;
    }
    Requantization requantization = requantization(layer);
    if (requantization == null) {
      return true;
    }
    int channels = channels(layer);
    for (int c = 0; c < channels; c++) {
      int i = requantization.multiplier().length == 1 ? 0 : c;
      if (!fits32(
          sum(layer, c),
          bias(layer, c),
          requantization.multiplier()[i],
          requantization.offset()[i])) {
        return false;
      }
    }
    return true;
  }

  /** Both orders: multiplier * (sum + bias) + offset, and multiplier * sum + folded offset. */
  private static boolean fits32(Range sum, long bias, long multiplier, long offset) {
    long folded = Math.addExact(offset, Math.multiplyExact(multiplier, bias));
    Range product = sum.times(multiplier);
    return new Range(multiplier, multiplier).fitsInt32()
        && new Range(offset, offset).fitsInt32()
        && new Range(folded, folded).fitsInt32()
        && product.fitsInt32()
        && sum.plus(bias).times(multiplier).fitsInt32()
        && product.plus(folded).fitsInt32();
  }

  /** The sum of both operands may be scaled before or after it is multiplied. */
  private static boolean fits32(Addition layer) {
    Range first = scaled(layer.first(), layer.firstScaling());
    Range second = scaled(layer.second(), layer.secondScaling());
    Requantization sum = layer.requantization();
    long multiplier = sum.multiplier()[0];
    return first.fitsInt32()
        && second.fitsInt32()
        && first.times(multiplier).fitsInt32()
        && second.times(multiplier).fitsInt32()
        && fits32(first.plus(second), 0, multiplier, sum.offset()[0]);
  }

  /** Of {@code multiplier * x + offset}; division and clipping only make it smaller. */
  private static Range scaled(Tensor tensor, Requantization scaling) {
    return Range.of(tensor.type())
        .withZero()
        .times(scaling.multiplier()[0])
        .plus(scaling.offset()[0])
        .withZero();
  }

  private static int channels(Layer layer) {
    return layer instanceof FullyConnected
        ? layer.output().shape().elements()
        : layer.output().shape().channels();
  }

  private static byte[] weights(Layer layer) {
    if (layer instanceof Convolution convolution) {
      return convolution.weights();
    }
    if (layer instanceof FullyConnected connected) {
      return connected.weights();
    }
    throw new IllegalArgumentException("layer " + layer.name() + " has no weights");
  }

  private static long bias(Layer layer, int channel) {
    int[] bias =
        layer instanceof Convolution convolution
            ? convolution.bias()
            : layer instanceof FullyConnected connected ? connected.bias() : new int[0];
    return bias.length == 0 ? 0 : bias[channel];
  }

  private static @Nullable Requantization requantization(Layer layer) {
    if (layer instanceof Convolution convolution) {
      return convolution.requantization().orElse(null);
    }
    if (layer instanceof FullyConnected connected) {
      return connected.requantization().orElse(null);
    }
    return layer instanceof Pooling pooling ? pooling.requantization() : null;
  }
}
