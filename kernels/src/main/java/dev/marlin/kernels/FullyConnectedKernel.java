package dev.marlin.kernels;

import java.nio.ByteBuffer;

/**
 * {@code nn/fully_connected.c}: the cores share the inputs of the outputs, however few these are.
 */
final class FullyConnectedKernel extends BlockKernel {

  FullyConnectedKernel(String variant) {
    super("fully_connected.c", "fully_connected_" + variant);
  }

  @Override
  int weightBytes(LayerSpec layer) {
    return steps(layer.inChannels()) * 16;
  }

  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count) {
    int inputs = layer.inChannels();
    putTap(
        to,
        steps(inputs),
        (c, i) -> c < count && i < inputs ? weights[(first + c) * inputs + i] : 0);
  }

  @Override
  public WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    return new WorkingMemory(16, 0);
  }
}
