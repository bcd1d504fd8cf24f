package dev.marlin.kernels;

import java.nio.ByteBuffer;

/** {@code nn/convolution.c}: dense convolution that reads its inputs where they lie. */
final class ConvolutionKernel extends BlockKernel {

  ConvolutionKernel(String variant) {
    super("convolution.c", "convolution_" + variant);
  }

  @Override
  int weightBytes(LayerSpec layer) {
    return taps(layer) * steps(layer.inChannels()) * 16;
  }

  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count) {
    int inputs = layer.inChannels();
    int taps = taps(layer);
    for (int tap = 0; tap < taps; tap++) {
      int t = tap;
      putTap(
          to,
          steps(inputs),
          (c, i) -> c < count && i < inputs ? weights[((first + c) * taps + t) * inputs + i] : 0);
    }
  }

  @Override
  public WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    int zeros = layer.padded() ? 4 * steps(layer.inChannels()) : 0;
    return new WorkingMemory(tableBytes(taps(layer)), zeros);
  }
}
