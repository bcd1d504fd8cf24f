package dev.marlin.deployer.network;

import org.jspecify.annotations.Nullable;

/**
 * Proves how many bits the arithmetic of a layer needs, from its constants alone: the bounds hold
 * for every input. A sum over weights lies between (negative weights) * (largest input) and
 * (positive weights) * (largest input), channel by channel, so the proof costs one pass over the
 * weights.
 */
public final class Accumulators {
  /** What a byte can hold. */
  private static final Range BYTE = new Range(0, 255);

  private Accumulators() {}

  /**
   * Bits that every intermediate of the layer's requantization provably fits, as a kernel computes
   * it from stored bytes ({@link StoredArithmetic}): multiplier, offset, product and their sum. The
   * bounds are reached by an input, so that no tighter proof exists that holds for all inputs.
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
      if (layer instanceof Addition || layer instanceof Concatenation) {
        return true;
      }
      int channels = channels(layer);
      StoredArithmetic raw = requantization(layer) == null ? StoredArithmetic.of(layer) : null;
      for (int c = 0; c < channels; c++) {
        Range stored = storedSum(layer, c);
        Range biased = sum(layer, c).plus(bias(layer, c));
        if (!stored.fitsInt32() || !biased.withZero().fitsInt32()) {
          return false;
        }
        if (raw != null && !stored.plus(raw.offset()[c]).withZero().fitsInt32()) {
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
    return sum(layer, channel, Range.of(layer.inputs().get(0).type()));
  }

  /** Of bytes as they are stored, sums of fewer of them included. */
  private static Range storedSum(Layer layer, int channel) {
    return sum(layer, channel, BYTE).withZero();
  }

  private static Range sum(Layer layer, int channel, Range element) {
    if (layer instanceof Pooling pooling) {
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
    Range values = element.withZero();
    return values.times(positive).plus(values.times(negative));
  }

  private static boolean fits32(Layer layer) {
    if (layer instanceof Concatenation) {
      return true;
    }
    if (layer instanceof Addition addition) {
      return !addition.isLinear() || fits32(addition);
    }
    if (requantization(layer) == null) {
      return true;
    }
    StoredArithmetic stored = StoredArithmetic.of(layer);
    for (int c = 0; c < stored.offset().length; c++) {
      if (!fits32(storedSum(layer, c), stored.multipliers()[c], stored.offset()[c])) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits32(Range sum, long multiplier, long offset) {
    Range product = sum.times(multiplier);
    return sum.fitsInt32()
        && new Range(multiplier, multiplier).fitsInt32()
        && new Range(offset, offset).fitsInt32()
        && product.fitsInt32()
        && product.plus(offset).fitsInt32();
  }

  /** Products and sums in the order of the kernel: first, second, offset. */
  private static boolean fits32(Addition layer) {
    StoredArithmetic stored = StoredArithmetic.of(layer);
    long first = stored.multipliers()[0];
    long second = stored.multipliers()[1];
    long offset = stored.offset()[0];
    Range sum = BYTE.times(first).plus(BYTE.times(second));
    return new Range(first, first).fitsInt32()
        && new Range(second, second).fitsInt32()
        && new Range(offset, offset).fitsInt32()
        && BYTE.times(first).fitsInt32()
        && BYTE.times(second).fitsInt32()
        && sum.fitsInt32()
        && sum.plus(offset).fitsInt32();
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
