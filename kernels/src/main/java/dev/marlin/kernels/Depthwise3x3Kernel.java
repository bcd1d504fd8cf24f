package dev.marlin.kernels;

import java.nio.ByteBuffer;

/** {@code nn/depthwise_3x3.c}: depthwise convolution 3x3 that slides along transposed columns. */
final class Depthwise3x3Kernel extends BlockKernel {

  private static final int MOST_STRIP = 32;

  private final int stride;

  Depthwise3x3Kernel(int stride, String variant) {
    super(
        "depthwise_3x3.c",
        stride == 1 ? "depthwise_3x3_" + variant : "depthwise_3x3_stride_2_" + variant);
    this.stride = stride;
  }

  static boolean supports(LayerSpec layer) {
    return layer.kernelHeight() == 3
        && layer.kernelWidth() == 3
        && layer.dilationHeight() == 1
        && layer.dilationWidth() == 1
        && layer.strideHeight() == layer.strideWidth()
        && layer.strideHeight() <= 2;
  }

  @Override
  int weightBytes(LayerSpec layer) {
    return 48;
  }

  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count) {
    for (int c = 0; c < count; c++) {
      for (int column = 0; column < 3; column++) {
        byte last = weights[(first + c) * 9 + 6 + column];
        boolean swapped = stride == 2 && c % 2 == 1;
        to.put(weights[(first + c) * 9 + column]);
        to.put(weights[(first + c) * 9 + 3 + column]);
        to.put(swapped ? 0 : last);
        to.put(swapped ? last : 0);
      }
    }
  }

  @Override
  public int scratchBytes(LayerSpec layer, TileShape tile, int cores) {
    int strip = MOST_STRIP / stride;
    return cores * 4 * ((strip * stride + 3 - stride) * 4 * stride + 2);
  }
}
