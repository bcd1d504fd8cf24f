package dev.marlin.deployer.lowering;

import dev.marlin.deployer.network.Accumulators;
import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Concatenation;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.StoredArithmetic;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.Arithmetic;
import dev.marlin.kernels.Clamping;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.LayerConstants;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.Staircases;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns the layers of a network into what kernels are given: folds biases into offsets, expands
 * scalars to channels, moves signed activations to unsigned bytes ({@link StoredArithmetic}), and
 * checks that every number fits the C type that will carry it.
 */
public final class Lowering {
  private static final long LARGEST_BYTE = 255;
  private static final Window SINGLE = new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);

  private final Function<LayerSpec, Kernel> kernels;

  /**
   * @param kernels finds the kernel of a layer
   */
  public Lowering(Function<LayerSpec, Kernel> kernels) {
    this.kernels = kernels;
  }

  /** All layers of {@code network}, in order. */
  public List<KernelLayer> lower(Network network) {
    return network.layers().stream().map(this::lower).toList();
  }

  /**
   * One layer.
   *
   * @throws IllegalArgumentException if a size or constant does not fit the machine's type; the
   *     message names layer, quantity and limit
   */
  public KernelLayer lower(Layer layer) {
    for (Tensor input : layer.inputs()) {
      if (input.type() == ElementType.INT32) {
        throw unsupported(
            layer, "reads INT32 from tensor " + input.name(), "kernels read UINT8 and INT8");
      }
    }
    if (!Accumulators.sumsFit32(layer)) {
      throw unsupported(layer, "some input makes a sum that exceeds 32 bits", "kernels sum in 32");
    }
    KernelLayer lowered;
    try {
      lowered = lowerKind(layer);
    } catch (ArithmeticException overflow) {
      throw unsupported(
          layer, "a folded multiplier or offset exceeds 64 bits", "kernels requantize in 64");
    }
    Limits.check(lowered);
    return lowered;
  }

  private KernelLayer lowerKind(Layer layer) {
    if (layer instanceof Convolution convolution) {
      return lower(convolution);
    }
    if (layer instanceof FullyConnected connected) {
      return lower(connected);
    }
    if (layer instanceof Pooling pooling) {
      return lower(pooling);
    }
    if (layer instanceof Concatenation concatenation) {
      return lower(concatenation);
    }
    return lower((Addition) layer);
  }

  private KernelLayer lower(Convolution layer) {
    int channels = layer.output().shape().channels();
    checkChannels(layer, channels, layer.bias(), layer.requantization());
    StoredArithmetic stored = StoredArithmetic.of(layer);
    return build(
        layer,
        layer.isDepthwise() ? Operation.DEPTHWISE : Operation.CONVOLUTION,
        layer.input().shape(),
        layer.output().shape(),
        layer.window(),
        layer.groups(),
        weightedScaling(layer, layer.requantization(), stored),
        new LayerConstants(layer.weights(), stored.multiplier(), stored.offset()));
  }

  private KernelLayer lower(FullyConnected layer) {
    int outputs = layer.output().shape().elements();
    checkChannels(layer, outputs, layer.bias(), layer.requantization());
    StoredArithmetic stored = StoredArithmetic.of(layer);
    return build(
        layer,
        Operation.FULLY_CONNECTED,
        new Shape(1, 1, layer.input().shape().elements()),
        new Shape(1, 1, outputs),
        SINGLE,
        1,
        weightedScaling(layer, layer.requantization(), stored),
        new LayerConstants(layer.weights(), stored.multiplier(), stored.offset()));
  }

  private KernelLayer lower(Pooling layer) {
    checkSingle(layer, layer.requantization(), "pooling");
    boolean max = layer.kind() == Pooling.Kind.MAX;
    if (layer.input().type() == ElementType.INT8 && layer.window().isPadded()) {
      if (!max) {
        return lowerToOnes(layer);
      }
      requireInput(layer);
    }
    StoredArithmetic stored = StoredArithmetic.of(layer);
    return build(
        layer,
        max ? Operation.MAX_POOLING : Operation.AVERAGE_POOLING,
        layer.input().shape(),
        layer.output().shape(),
        layer.window(),
        1,
        scaling(
            layer, layer.requantization(), stored, stored.multipliers()[0], 0, stored.offset()[0]),
        null);
  }

  /**
   * A sum as a depthwise convolution whose weights are 1. The pooling kernel leaves taps outside of
   * the input out, as if they held the byte 0, which stands for -128 in a signed tensor; what a
   * convolution sees there is the stored zero.
   */
  private KernelLayer lowerToOnes(Pooling layer) {
    StoredArithmetic stored = StoredArithmetic.of(layer);
    Window window = layer.window();
    int channels = layer.output().shape().channels();
    byte[] ones = new byte[channels * window.kernelHeight() * window.kernelWidth()];
    Arrays.fill(ones, (byte) 1);
    long[] multiplier = new long[channels];
    long[] offset = new long[channels];
    Arrays.fill(multiplier, stored.multipliers()[0]);
    Arrays.fill(offset, stored.offset()[0]);
    return build(
        layer,
        Operation.DEPTHWISE,
        layer.input().shape(),
        layer.output().shape(),
        window,
        channels,
        scaling(layer, layer.requantization(), stored, 0, 0, 0),
        new LayerConstants(ones, multiplier, offset));
  }

  /**
   * The maximum over a window that has no tap inside of a signed tensor would be no value of it.
   */
  private static void requireInput(Pooling layer) {
    Window w = layer.window();
    Shape in = layer.input().shape();
    Shape out = layer.output().shape();
    boolean rows =
        seesInput(
            out.height(),
            w.strideHeight(),
            w.padTop(),
            w.kernelHeight(),
            w.dilationHeight(),
            in.height());
    boolean columns =
        seesInput(
            out.width(),
            w.strideWidth(),
            w.padLeft(),
            w.kernelWidth(),
            w.dilationWidth(),
            in.width());
    if (!rows || !columns) {
      throw unsupported(
          layer,
          "a window lies in the padding altogether",
          "a maximum needs an element of the input");
    }
  }

  /** Whether every window along one axis has a tap inside of the input. */
  private static boolean seesInput(
      int windows, int stride, int pad, int kernel, int dilation, int size) {
    for (int w = 0; w < windows; w++) {
      boolean sees = false;
      for (int tap = 0; tap < kernel && !sees; tap++) {
        int at = w * stride - pad + tap * dilation;
        sees = at >= 0 && at < size;
      }
      if (!sees) {
        return false;
      }
    }
    return true;
  }

  private KernelLayer lower(Addition layer) {
    checkSingle(layer, layer.requantization(), "sum");
    checkSingle(layer, layer.firstScaling(), "first operand");
    checkSingle(layer, layer.secondScaling(), "second operand");
    Shape shape = layer.output().shape();
    if (!layer.isLinear()) {
      return build(
          layer,
          Operation.TABLE_ADDITION,
          shape,
          shape,
          SINGLE,
          1,
          Scaling.TABLES,
          new LayerConstants(AdditionTables.of(layer), null, new long[0]));
    }
    StoredArithmetic stored = StoredArithmetic.of(layer);
    return build(
        layer,
        Operation.ADDITION,
        shape,
        shape,
        SINGLE,
        1,
        scaling(
            layer,
            layer.requantization(),
            stored,
            stored.multipliers()[0],
            stored.multipliers()[1],
            stored.offset()[0]),
        null);
  }

  /** Bytes are copied as they lie: what they stand for does not matter. */
  private KernelLayer lower(Concatenation layer) {
    Shape shape = layer.output().shape();
    return build(
        layer,
        Operation.CONCATENATION,
        shape,
        shape,
        SINGLE,
        1,
        new Scaling(0, 0, 0, 255, 0, 0, 0),
        null);
  }

  private KernelLayer build(
      Layer layer,
      Operation operation,
      Shape in,
      Shape out,
      Window window,
      int groups,
      Scaling scaling,
      @Nullable LayerConstants constants) {
    LayerSpec spec =
        new LayerSpec(
            operation,
            in.channels(),
            out.channels(),
            window.kernelHeight(),
            window.kernelWidth(),
            window.strideHeight(),
            window.strideWidth(),
            window.dilationHeight(),
            window.dilationWidth(),
            groups,
            window.isPadded(),
            layer.output().type().bytes(),
            Accumulators.requantizationBits(layer),
            scaling.divisor() != 0);
    Optional<Clamping> clamping = clamping(spec, scaling, constants);
    if (clamping.isPresent() && constants != null) {
      LayerSpec clamped = spec.withArithmetic(clamping.get().arithmetic());
      return new KernelLayer(
          layer,
          clamped,
          kernels.apply(clamped),
          in,
          out,
          window,
          scaling.withShift(clamping.get().shift()),
          constants.withLines(clamping.get().lines()));
    }
    return new KernelLayer(layer, spec, kernels.apply(spec), in, out, window, scaling, constants);
  }

  /** A 32-bit requantization for a layer that otherwise needs a division or 64 bits. */
  private static Optional<Clamping> clamping(
      LayerSpec spec, Scaling scaling, @Nullable LayerConstants constants) {
    boolean cheap = spec.arithmetic() == Arithmetic.RAW || spec.arithmetic() == Arithmetic.SHIFT_32;
    if (cheap || constants == null || constants.multiplier() == null) {
      return Optional.empty();
    }
    int channels = spec.outChannels();
    int filter = constants.weights().length / channels;
    long[] least = new long[channels];
    long[] greatest = new long[channels];
    for (int i = 0; i < channels * filter; i++) {
      // Activations are kept as bytes, 0 to 255, whether signed or not; so is padding.
      least[i / filter] += LARGEST_BYTE * Math.min(constants.weights()[i], 0);
      greatest[i / filter] += LARGEST_BYTE * Math.max(constants.weights()[i], 0);
    }
    int lowest = Math.max(0, scaling.clipMin());
    int highest = Math.min((int) LARGEST_BYTE, scaling.clipMax());
    return Staircases.find(
        constants.multiplier(),
        constants.offset(),
        scaling.divisor() == 0 ? 1L << scaling.shift() : scaling.divisor(),
        lowest,
        highest,
        least,
        greatest);
  }

  private static void checkChannels(
      Layer layer, int channels, int[] bias, Optional<Requantization> requantization) {
    if (bias.length != 0 && bias.length != channels) {
      throw unsupported(
          layer, bias.length + " biases for " + channels + " output channels", "one for each");
    }
    int multipliers = requantization.map(r -> r.multiplier().length).orElse(1);
    if (multipliers != 1 && multipliers != channels) {
      throw unsupported(
          layer,
          multipliers + " multipliers for " + channels + " output channels",
          "one for the layer or one for each channel");
    }
  }

  private static void checkSingle(Layer layer, Requantization requantization, String what) {
    if (requantization.multiplier().length != 1) {
      throw unsupported(
          layer,
          what + " has " + requantization.multiplier().length + " multipliers",
          "one is supported");
    }
  }

  private static Scaling weightedScaling(
      Layer layer, Optional<Requantization> requantization, StoredArithmetic stored) {
    return requantization.map(r -> scaling(layer, r, stored, 0, 0, 0)).orElse(Scaling.RAW);
  }

  private static Scaling scaling(
      Layer layer,
      Requantization requantization,
      StoredArithmetic stored,
      long first,
      long second,
      long offset) {
    long divisor = requantization.divisor();
    boolean shift = requantization.isShift();
    if (!shift && divisor > 0xffffffffL) {
      throw unsupported(layer, "divides by " + divisor, "a divisor is at most 4294967295");
    }
    return new Scaling(
        shift ? Long.numberOfTrailingZeros(divisor) : 0,
        shift ? 0 : divisor,
        stored.min(),
        stored.max(),
        first,
        second,
        offset);
  }

  private static IllegalArgumentException unsupported(Layer layer, String what, String limit) {
    return new IllegalArgumentException("layer " + layer.name() + ": " + what + "; " + limit);
  }
}
