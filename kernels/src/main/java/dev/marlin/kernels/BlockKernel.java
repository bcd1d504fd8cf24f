package dev.marlin.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A kernel with weights. All of them keep their constants in blocks of {@value Scaling#CHANNELS}
 * output channels: where the sums start, weights in the order in which the inner loop streams them,
 * and {@linkplain Scaling scaling}; the last block is filled up with zeros.
 */
abstract class BlockKernel implements Kernel {

  private final String file;
  private final String function;

  BlockKernel(String file, String function) {
    this.file = file;
    this.function = function;
  }

  /** Bytes before everything else in a block, a multiple of 4. */
  int headerBytes() {
    return 0;
  }

  /** Appends the {@link #headerBytes} of the block whose first channel is {@code first}. */
  void putHeader(ByteBuffer to, LayerSpec layer, int first) {}

  /** Bytes of the weights of one block, a multiple of 4. */
  abstract int weightBytes(LayerSpec layer);

  /**
   * Appends the {@link #weightBytes} of a block.
   *
   * @param first its first output channel in the layer
   * @param count how many of its channels there are, 1 to 4
   */
  abstract void putWeights(ByteBuffer to, LayerSpec layer, byte[] weights, int first, int count);

  @Override
  public final String function() {
    return function;
  }

  @Override
  public final String file() {
    return file;
  }

  @Override
  public final int channelBlock() {
    return Scaling.CHANNELS;
  }

  private int blockBytes(LayerSpec layer) {
    return headerBytes()
        + layer.arithmetic().headBytes()
        + weightBytes(layer)
        + layer.arithmetic().tailBytes();
  }

  @Override
  public final int constantsBytes(LayerSpec layer, int channels) {
    return Math.multiplyExact(
        (channels + Scaling.CHANNELS - 1) / Scaling.CHANNELS, blockBytes(layer));
  }

  @Override
  public final byte[] packConstants(
      LayerSpec layer, LayerConstants constants, int first, int channels) {
    ByteBuffer packed =
        ByteBuffer.allocate(constantsBytes(layer, channels)).order(ByteOrder.LITTLE_ENDIAN);
    for (int c = 0; c < channels; c += Scaling.CHANNELS) {
      putBlock(packed, layer, constants, first + c, Math.min(Scaling.CHANNELS, channels - c));
    }
    return packed.array();
  }

  @Override
  public final Optional<StepKernels> steps(LayerSpec layer) {
    return switch (layer.operation()) {
      case CONVOLUTION, FULLY_CONNECTED -> Optional.of(StepKernels.of(layer));
      case DEPTHWISE, MAX_POOLING, AVERAGE_POOLING, ADDITION, TABLE_ADDITION, CONCATENATION ->
          Optional.empty();
    };
  }

  /** Appends a block: header, where sums start, weights, scaling. */
  void putBlock(ByteBuffer to, LayerSpec layer, LayerConstants constants, int first, int count) {
    putHeader(to, layer, first);
    for (int i = 0; i < Scaling.CHANNELS; i++) {
      Scaling.putHead(to, layer, constants, i < count ? first + i : -1);
    }
    int end = to.position() + weightBytes(layer);
    putWeights(to, layer, constants.weights(), first, count);
    to.position(end);
    for (int i = 0; i < Scaling.CHANNELS; i++) {
      Scaling.putTail(to, layer, constants, i < count ? first + i : -1);
    }
  }

  @Override
  public final String toString() {
    return function;
  }

  /** Words of 4 inputs that hold {@code inputs}. */
  static int steps(int inputs) {
    return (inputs + 3) / 4;
  }

  static int taps(LayerSpec layer) {
    return layer.kernelHeight() * layer.kernelWidth();
  }

  /** Bytes of a table of {@code include/matmul.h}. */
  static int tableBytes(int segments) {
    return 4 * (1 + 5 * segments + 9);
  }

  /** Appends one tap of a block: for every step, 4 inputs of each of the 4 channels. */
  static void putTap(ByteBuffer to, int steps, Weight weight) {
    for (int step = 0; step < steps; step++) {
      for (int c = 0; c < Scaling.CHANNELS; c++) {
        for (int i = 0; i < 4; i++) {
          to.put(weight.at(c, step * 4 + i));
        }
      }
    }
  }

  /** The weight of a channel of the block for an input of the tap; 0 where there is none. */
  @FunctionalInterface
  interface Weight {
    byte at(int channel, int input);
  }
}
