package dev.marlin.deployer.lowering;

import dev.marlin.deployer.network.Accumulators;
import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.LayerConstants;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns the layers of a network into what kernels are given: folds biases into offsets, expands
 * scalars to channels, and checks that every number fits the C type that will carry it.
 */
public final class Lowering {
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
      if (input.type() != ElementType.UINT8) {
        throw unsupported(
            layer, "reads " + input.type() + " from tensor " + input.name(), "kernels read UINT8");
      }
    }
    if (layer.output().type() == ElementType.INT8) {
      throw unsupported(layer, "writes INT8", "kernels write UINT8 or INT32");
    }
    if (!Accumulators.sumsFit32(layer)) {
      throw unsupported(layer, "some input makes a sum that exceeds 32 bits", "kernels sum in 32");
    }
    KernelLayer lowered = lowerKind(layer);
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
    return lower((Addition) layer);
  }

  private KernelLayer lower(Convolution layer) {
    Operation operation = layer.isDepthwise() ? Operation.DEPTHWISE : Operation.CONVOLUTION;
    return build(
        layer,
        operation,
        layer.input().shape(),
        layer.output().shape(),
        layer.window(),
        layer.groups(),
        weightedScaling(layer, layer.requantization()),
        constants(layer, layer.weights(), layer.bias(), layer.requantization()));
  }

  private KernelLayer lower(FullyConnected layer) {
    return build(
        layer,
        Operation.FULLY_CONNECTED,
        new Shape(1, 1, layer.input().shape().elements()),
        new Shape(1, 1, layer.output().shape().elements()),
        SINGLE,
        1,
        weightedScaling(layer, layer.requantization()),
        constants(layer, layer.weights(), layer.bias(), layer.requantization()));
  }

  private KernelLayer lower(Pooling layer) {
    Requantization requantization = layer.requantization();
    Operation operation =
        layer.kind() == Pooling.Kind.MAX ? Operation.MAX_POOLING : Operation.AVERAGE_POOLING;
    long multiplier = single(layer, requantization, "pooling");
    return build(
        layer,
        operation,
        layer.input().shape(),
        layer.output().shape(),
        layer.window(),
        1,
        scaling(layer, requantization, multiplier, 0, requantization.offset()[0]),
        null);
  }

  private KernelLayer lower(Addition layer) {
    Requantization sum = layer.requantization();
    long multiplier = single(layer, sum, "sum");
    Requantization first = layer.firstScaling();
    Requantization second = layer.secondScaling();
    long firstMultiplier = Math.multiplyExact(multiplier, linear(layer, first, "first"));
    long secondMultiplier = Math.multiplyExact(multiplier, linear(layer, second, "second"));
    long offset =
        Math.addExact(
            Math.multiplyExact(multiplier, Math.addExact(first.offset()[0], second.offset()[0])),
            sum.offset()[0]);
    Shape shape = layer.output().shape();
    return build(
        layer,
        Operation.ADDITION,
        shape,
        shape,
        SINGLE,
        1,
        scaling(layer, sum, firstMultiplier, secondMultiplier, offset),
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
    return new KernelLayer(layer, spec, kernels.apply(spec), in, out, window, scaling, constants);
  }

  private static LayerConstants constants(
      Layer layer, byte[] weights, int[] bias, Optional<Requantization> requantization) {
    int channels = layer.output().shape().channels();
    if (layer instanceof FullyConnected) {
      channels = layer.output().shape().elements();
    }
    if (bias.length != 0 && bias.length != channels) {
      throw unsupported(
          layer, bias.length + " biases for " + channels + " output channels", "one for each");
    }
    long[] offset = new long[channels];
    for (int c = 0; c < bias.length; c++) {
      offset[c] = bias[c];
    }
    if (requantization.isEmpty()) {
      return new LayerConstants(weights, null, offset);
    }
    long[] multiplier = new long[channels];
    for (int c = 0; c < channels; c++) {
      multiplier[c] = perChannel(layer, requantization.get().multiplier(), c, channels);
      offset[c] =
          Math.addExact(
              perChannel(layer, requantization.get().offset(), c, channels),
              Math.multiplyExact(multiplier[c], offset[c]));
    }
    return new LayerConstants(weights, multiplier, offset);
  }

  private static long perChannel(Layer layer, long[] values, int channel, int channels) {
    if (values.length != 1 && values.length != channels) {
      throw unsupported(
          layer,
          values.length + " multipliers for " + channels + " output channels",
          "one for the layer or one for each channel");
    }
    return values.length == 1 ? values[0] : values[channel];
  }

  private static Scaling weightedScaling(Layer layer, Optional<Requantization> requantization) {
    return requantization.map(r -> scaling(layer, r, 0, 0, 0)).orElse(Scaling.RAW);
  }

  private static Scaling scaling(
      Layer layer, Requantization requantization, long first, long second, long offset) {
    long divisor = requantization.divisor();
    boolean shift = requantization.isShift();
    if (!shift && divisor > 0xffffffffL) {
      throw unsupported(layer, "divides by " + divisor, "a divisor is at most 4294967295");
    }
    return new Scaling(
        shift ? Long.numberOfTrailingZeros(divisor) : 0,
        shift ? 0 : divisor,
        requantization.min(),
        requantization.max(),
        int32(layer, "multiplier", first),
        int32(layer, "multiplier", second),
        int32(layer, "offset", offset));
  }

  /** The one multiplier of a requantization that has no channels. */
  private static long single(Layer layer, Requantization requantization, String what) {
    if (requantization.multiplier().length != 1) {
      throw unsupported(
          layer,
          what + " has " + requantization.multiplier().length + " multipliers",
          "one is supported");
    }
    return requantization.multiplier()[0];
  }

  /** The multiplier of an operand that is scaled without division or clipping. */
  private static long linear(Layer layer, Requantization scaling, String which) {
    long multiplier = single(layer, scaling, which + " operand");
    long offset = scaling.offset()[0];
    long low = Math.min(0, 255 * multiplier) + offset;
    long high = Math.max(0, 255 * multiplier) + offset;
    if (scaling.divisor() != 1 || low < scaling.min() || high > scaling.max()) {
      throw unsupported(
          layer,
          String.format(
              Locale.ROOT,
              "%s operand is scaled by (%d x + %d) / %d clipped to %d..%d before the sum",
              which,
              multiplier,
              offset,
              scaling.divisor(),
              scaling.min(),
              scaling.max()),
          "operands are scaled by a multiplier and an offset only");
    }
    return multiplier;
  }

  private static int int32(Layer layer, String what, long value) {
    if (value != (int) value) {
      throw unsupported(layer, "the " + what + " " + value, "it must fit 32 bits");
    }
    return (int) value;
  }

  private static IllegalArgumentException unsupported(Layer layer, String what, String limit) {
    return new IllegalArgumentException("layer " + layer.name() + ": " + what + "; " + limit);
  }
}
