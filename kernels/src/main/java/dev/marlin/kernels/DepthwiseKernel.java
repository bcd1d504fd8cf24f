package dev.marlin.kernels;

import java.nio.ByteBuffer;

/** {@code nn/depthwise.c}: depthwise convolution with any window. */
final class DepthwiseKernel extends BlockKernel {

  DepthwiseKernel(String variant) {
    super("depthwise.c", "depthwise_" + variant);
  }

  @Override
  int weightBytes(LayerSpec layer) {
    return steps(taps(layer)) * 16;
  }

  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count) {
    int taps = taps(layer);
    putTap(
        to,
        steps(taps),
        (c, tap) -> c < count && tap < taps ? weights[(first + c) * taps + tap] : 0);
  }

  @Override
  public WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    return new WorkingMemory(16 * steps(taps(layer)), 0);
  }
}
