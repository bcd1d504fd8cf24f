package dev.marlin.kernels;

import java.nio.ByteBuffer;

/**
 * {@code nn/convolution_gather.c}: dense convolution of few input channels, gathered into words
 * first.
 */
final class GatheringConvolutionKernel extends BlockKernel {

  GatheringConvolutionKernel(String variant) {
    super("convolution_gather.c", "convolution_gather_" + variant);
  }

  /**
   * Whether gathering costs less than the words that taps of {@code inChannels} leave half empty,
   * by the cycles that the head comments of both C files state for a unit of 4 pixels x 4 channels.
   */
  static boolean isFaster(LayerSpec layer) {
    int taps = taps(layer);
    if (taps == 1 || layer.inChannels() % 4 == 0) {
      return false;
    }
    int blocks = (layer.outChannels() + 3) / 4;
    int direct = taps * (24 * steps(layer.inChannels()) + 6);
    int words = steps(taps * layer.inChannels());
    int gathering = 4 * (4 * words + 10 * layer.kernelHeight());
    return 24 * words + gathering / blocks < direct;
  }

  private static int words(LayerSpec layer) {
    return steps(taps(layer) * layer.inChannels());
  }

  @Override
  int weightBytes(LayerSpec layer) {
    return words(layer) * 16;
  }

  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count) {
    int inputs = taps(layer) * layer.inChannels();
    putTap(
        to,
        words(layer),
        (c, i) -> c < count && i < inputs ? weights[(first + c) * inputs + i] : 0);
  }

  @Override
  public WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    return new WorkingMemory(tableBytes(1) + 16 * words(layer) + 4, 0);
  }
}
