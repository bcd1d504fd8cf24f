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

  /** All that belongs to a channel lies together. */
  @Override
  void putBlock(ByteBuffer to, LayerSpec layer, LayerConstants constants, int first, int count) {
    for (int i = 0; i < Scaling.CHANNELS; i++) {
      int channel = i < count ? first + i : -1;
      Scaling.putHead(to, layer, constants, channel);
      int end = to.position() + weightBytes(layer) / Scaling.CHANNELS;
      if (i < count) {
        putWeights(to, layer, constants.weights(), channel, stride == 2 && i % 2 == 1 ? 2 : 1);
      }
      to.position(end);
      Scaling.putTail(to, layer, constants, channel);
    }
  }

  /**
   * One channel.
   *
   * @param place 1, or 2 if the second and third row of the kernel have a zero between them
   */
  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int channel, int place) {
    for (int column = 0; column < 3; column++) {
      byte last = weights[channel * 9 + 6 + column];
      to.put(weights[channel * 9 + column]);
      to.put(weights[channel * 9 + 3 + column]);
      to.put(place == 2 ? 0 : last);
      to.put(place == 2 ? last : 0);
    }
  }

  /**
   * Columns of 8 words and the padding's word; two words more, so that the parts of the cores begin
   * at different banks.
   */
  @Override
  public WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    int strip = MOST_STRIP / stride;
    return new WorkingMemory(
        4 * ((Math.min(strip, tile.outWidth()) * stride + 3 - stride) * 8 + 3), 0);
  }
}
