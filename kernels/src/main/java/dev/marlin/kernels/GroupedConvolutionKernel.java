package dev.marlin.kernels;

import java.nio.ByteBuffer;

/**
 * {@code nn/convolution.c}: grouped convolution. A block sees the inputs of all groups that 4
 * consecutive output channels can touch; weights outside a channel's own group are zero.
 */
final class GroupedConvolutionKernel extends BlockKernel {

  GroupedConvolutionKernel(String variant) {
    super("convolution.c", "grouped_" + variant);
  }

  /** Input channels that a block sees. */
  private static int span(LayerSpec layer) {
    int outputsOfGroup = layer.outChannels() / layer.groups();
    int touched = Math.min(layer.groups(), (outputsOfGroup + 2) / outputsOfGroup + 1);
    return touched * (layer.inChannels() / layer.groups());
  }

  @Override
  int weightBytes(LayerSpec layer) {
    return taps(layer) * steps(span(layer)) * 16;
  }

  @Override
  int headerBytes() {
    return 4;
  }

  @Override
  void putHeader(ByteBuffer to, LayerSpec layer, int first) {
    to.putShort((short) firstInput(layer, first));
    to.putShort((short) steps(span(layer)));
  }

  /** The first input that a block sees. */
  private static int firstInput(LayerSpec layer, int first) {
    int inputsOfGroup = layer.inChannels() / layer.groups();
    int outputsOfGroup = layer.outChannels() / layer.groups();
    return Math.min(first / outputsOfGroup * inputsOfGroup, layer.inChannels() - span(layer));
  }

  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count) {
    int inputsOfGroup = layer.inChannels() / layer.groups();
    int outputsOfGroup = layer.outChannels() / layer.groups();
    int taps = taps(layer);
    int span = span(layer);
    int from = firstInput(layer, first);
    for (int tap = 0; tap < taps; tap++) {
      int t = tap;
      putTap(
          to,
          steps(span),
          (c, i) -> {
            int group = (first + c) / outputsOfGroup;
            int input = from + i - group * inputsOfGroup;
            boolean own = c < count && i < span && input >= 0 && input < inputsOfGroup;
            return own ? weights[((first + c) * taps + t) * inputsOfGroup + input] : 0;
          });
    }
  }

  @Override
  public WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    int zeros = layer.padded() ? 4 * steps(span(layer)) : 0;
    return new WorkingMemory(tableBytes(taps(layer)), zeros);
  }
}
