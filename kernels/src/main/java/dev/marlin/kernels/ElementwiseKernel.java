package dev.marlin.kernels;

/**
 * {@code nn/max_pooling.c}, {@code nn/average_pooling.c}, {@code nn/addition.c}: kernels that keep
 * nothing in L1.
 */
final class ElementwiseKernel implements Kernel {

  private final String name;
  private final String variant;

  ElementwiseKernel(String name, String variant) {
    this.name = name;
    this.variant = variant;
  }

  @Override
  public String function() {
    return name + "_" + variant;
  }

  @Override
  public String file() {
    return name + ".c";
  }

  @Override
  public int constantsBytes(LayerSpec layer, int channels) {
    return 0;
  }

  @Override
  public byte[] packConstants(LayerSpec layer, LayerConstants constants, int first, int channels) {
    return new byte[0];
  }

  @Override
  public int channelBlock() {
    return 4;
  }

  @Override
  public String toString() {
    return function();
  }
}
