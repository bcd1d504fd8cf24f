package dev.marlin.kernels;

import java.nio.ByteBuffer;

/** {@code nn/finish.c}: outputs of 32-bit sums; its blocks hold scaling alone. */
final class FinishKernel extends BlockKernel {

  FinishKernel(String variant) {
    super("finish.c", "finish_" + variant);
  }

  @Override
  int weightBytes(LayerSpec layer) {
    return 0;
  }

  @Override
  void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count) {
    // no weights
  }
}
