package dev.marlin.kernels;

/** {@code nn/concatenation.c}: copies the channels of two tensors behind each other. */
final class ConcatenationKernel implements Kernel {

  @Override
  public String function() {
    return "concatenation";
  }

  @Override
  public String file() {
    return "concatenation.c";
  }

  @Override
  public int constantsBytes(LayerSpec layer, int channels) {
    return 0;
  }

  @Override
  public byte[] packConstants(LayerSpec layer, LayerConstants constants, int first, int channels) {
    return new byte[0];
  }

  /** Tiles have all channels: where a channel comes from follows from its place among them. */
  @Override
  public int channelBlock() {
    return Integer.MAX_VALUE;
  }

  @Override
  public String toString() {
    return function();
  }
}
