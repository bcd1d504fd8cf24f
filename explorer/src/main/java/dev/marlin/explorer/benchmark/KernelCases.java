package dev.marlin.explorer.benchmark;

import dev.marlin.explorer.benchmark.KernelCase.Unit;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.TileShape;
import java.util.List;

/** The lines of the benchmark: tiles as they occur in networks, all of them fit 64 KiB of L1. */
public final class KernelCases {
  /** 64 MAC in 24 cycles: the 4 x 4 block of {@code matmul.h}. */
  private static final double BLOCK = 8 * 64 / 24.0;

  /** An addition whose operands are scaled by numbers of a byte. */
  static final String SCALED_ADDITION = "addition, scaled";

  /** An addition whose products do not fit 16 bits. */
  static final String WIDE_ADDITION = "addition, wide";

  private KernelCases() {}

  /** All lines, in the order of the table. */
  public static List<KernelCase> all() {
    return List.of(
        convolution("pointwise", 1, 1, 128, 128, 8, 8, 17.0),
        convolution("pointwise", 1, 1, 256, 64, 16, 6, 17.0),
        convolution("pointwise", 1, 1, 128, 128, 7, 7, 0),
        convolution("pointwise", 1, 1, 32, 64, 16, 32, 12.0),
        wide(convolution("pointwise", 1, 1, 32, 64, 16, 32, 0)),
        convolution("conv 3x3", 3, 1, 32, 32, 16, 16, 16.0),
        convolution("conv 3x3", 3, 1, 64, 32, 7, 7, 0),
        gathered("conv 3x3", 3, 3, 32, 16, 32, 7.0),
        gathered("conv 5x5", 5, 1, 32, 16, 40, 7.0),
        depthwise("depthwise 3x3", 3, 3, 1, 64, 16, 16, 8 * 9 / 9.94, 6.0),
        depthwise("depthwise 3x3", 3, 3, 1, 32, 8, 64, 8 * 9 / 9.94, 6.0),
        depthwise("depthwise 3x3", 3, 3, 1, 128, 7, 7, 8 * 9 / 9.94, 0),
        depthwise("depthwise 3x3", 3, 3, 2, 64, 8, 16, 8 * 9 / 15.75, 4.0),
        depthwise("depthwise 5x5", 5, 5, 1, 32, 8, 16, 8 * 16 / 42.0, 0),
        connected(512, 64, 1),
        connected(1024, 16, 1),
        connected(4096, 10, 4),
        pooling("max 2x2", Operation.MAX_POOLING, 2, 2, 32, 16, 16, Unit.OUTPUTS, 4.0, 5.0),
        pooling("max 3x3", Operation.MAX_POOLING, 3, 2, 32, 8, 16, Unit.OUTPUTS, 8 * 16 / 93.0, 0),
        pooling("average", Operation.AVERAGE_POOLING, 7, 1, 256, 1, 1, Unit.INPUTS, 8.0, 8.0),
        pooling("average", Operation.AVERAGE_POOLING, 7, 1, 1024, 1, 1, Unit.INPUTS, 8.0, 8.0),
        addition("addition", 8 * 4 / 6.0, 4.0),
        addition(SCALED_ADDITION, 8 * 4 / 18.0, 0),
        addition(WIDE_ADDITION, 8 * 4 / 29.0, 0));
  }

  private static KernelCase convolution(
      String name, int kernel, int stride, int in, int out, int height, int width, double target) {
    int pad = kernel / 2;
    LayerSpec layer = layer(Operation.CONVOLUTION, in, out, kernel, kernel, stride, pad > 0, 1, 32);
    return of(name, layer, height, width, pad, Unit.MAC, BLOCK, target);
  }

  /** The same with 64-bit requantization, for what no 32-bit form can be proved. */
  private static KernelCase wide(KernelCase narrow) {
    LayerSpec l = narrow.layer();
    LayerSpec layer =
        layer(
            l.operation(),
            l.inChannels(),
            l.outChannels(),
            l.kernelHeight(),
            l.kernelWidth(),
            l.strideHeight(),
            l.padded(),
            1,
            64);
    return new KernelCase(
        narrow.name() + ", 64 bits", layer, narrow.tile(), 0, 0, Unit.MAC, BLOCK, 0);
  }

  /** Stride 2, few inputs: words are filled up with zeros, which count for nothing. */
  private static KernelCase gathered(
      String name, int kernel, int in, int out, int height, int width, double target) {
    LayerSpec layer = layer(Operation.CONVOLUTION, in, out, kernel, kernel, 2, true, 1, 32);
    double products = kernel * kernel * in;
    double bound = BLOCK * products / (4 * Math.ceil(products / 4));
    return of(name + " s2", layer, height, width, kernel / 2, Unit.MAC, bound, target);
  }

  private static KernelCase depthwise(
      String name,
      int kernelHeight,
      int kernelWidth,
      int stride,
      int channels,
      int height,
      int width,
      double bound,
      double target) {
    LayerSpec layer =
        layer(
            Operation.DEPTHWISE,
            channels,
            channels,
            kernelHeight,
            kernelWidth,
            stride,
            true,
            1,
            32);
    String text = stride == 1 ? name : name + " s" + stride;
    return of(text, layer, height, width, kernelHeight / 2, Unit.MAC, bound, target);
  }

  private static KernelCase connected(int in, int out, int outBytes) {
    LayerSpec layer = layer(Operation.FULLY_CONNECTED, in, out, 1, 1, 1, false, outBytes, 32);
    String name = outBytes == 4 ? "fully connected, 32 bits" : "fully connected";
    return of(name, layer, 1, 1, 0, Unit.MAC, 8 * 16 / 9.0, 10.0);
  }

  private static KernelCase pooling(
      String name,
      Operation operation,
      int kernel,
      int stride,
      int channels,
      int height,
      int width,
      Unit unit,
      double bound,
      double target) {
    LayerSpec layer = layer(operation, channels, channels, kernel, kernel, stride, false, 1, 32);
    return of(name, layer, height, width, 0, unit, bound, target);
  }

  /** The first of them as in NEMO's residual networks: both operands and the sum have one scale. */
  private static KernelCase addition(String name, double bound, double target) {
    LayerSpec layer = layer(Operation.ADDITION, 64, 64, 1, 1, 1, false, 1, 32);
    return of(name, layer, 16, 16, 0, Unit.OUTPUTS, bound, target);
  }

  private static LayerSpec layer(
      Operation operation,
      int in,
      int out,
      int kernelHeight,
      int kernelWidth,
      int stride,
      boolean padded,
      int outBytes,
      int bits) {
    int groups = operation == Operation.DEPTHWISE ? in : 1;
    return new LayerSpec(
        operation,
        in,
        out,
        kernelHeight,
        kernelWidth,
        stride,
        stride,
        1,
        1,
        groups,
        padded,
        outBytes,
        bits,
        false);
  }

  /** Padded by {@code pad} on all sides. */
  private static KernelCase of(
      String name,
      LayerSpec layer,
      int height,
      int width,
      int pad,
      Unit unit,
      double bound,
      double target) {
    int inHeight = (height - 1) * layer.strideHeight() + layer.kernelHeight() - 2 * pad;
    int inWidth = (width - 1) * layer.strideWidth() + layer.kernelWidth() - 2 * pad;
    TileShape tile =
        new TileShape(inHeight, inWidth, layer.inChannels(), height, width, layer.outChannels());
    return new KernelCase(name, layer, tile, pad, pad, unit, bound, target);
  }
}
