package dev.marlin.deployer.codegen;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * What HyperRAM holds: the header of {@code network.h}, the constants in the order of their use,
 * the inputs, and behind them room for activations that live in L3 (not part of the image's bytes).
 *
 * @param constants the packed constants, which start at {@link #HEADER_BYTES}
 * @param inputOffsets byte offset of each input
 * @param inputBytes size of each input
 * @param reservedBytes HyperRAM needed in all, with the activations behind the image
 */
public record L3Image(
    byte[] constants, List<Integer> inputOffsets, List<Integer> inputBytes, int reservedBytes) {
  public L3Image {
    inputOffsets = List.copyOf(inputOffsets);
    inputBytes = List.copyOf(inputBytes);
  }

  /** {@code L3_HEADER_BYTES} of {@code network.h}. */
  public static final int HEADER_BYTES = 16;

  private static final int MAGIC = 0x4e4c524d;
  private static final int FLAG_HASH = 1;

  /**
   * The image around {@code input}.
   *
   * @param input the bytes of all inputs, one behind the other
   */
  byte[] withInput(byte[] input, boolean hashes) {
    int taken = inputBytes.stream().mapToInt(Integer::intValue).sum();
    if (input.length != taken) {
      throw new IllegalArgumentException(
          "the input has " + input.length + " bytes, the network takes " + taken);
    }
    int last = inputBytes.size() - 1;
    byte[] image = new byte[inputOffsets.get(last) + inputBytes.get(last)];
    ByteBuffer.wrap(image)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putInt(hashes ? FLAG_HASH : 0)
        .putInt(image.length)
        .putInt(0)
        .put(constants);
    int from = 0;
    for (int i = 0; i <= last; i++) {
      System.arraycopy(input, from, image, inputOffsets.get(i), inputBytes.get(i));
      from += inputBytes.get(i);
    }
    return image;
  }
}
