package dev.marlin.deployer.codegen;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What HyperRAM holds: the header of {@code network.h}, the constants in the order of their use,
 * the input, and behind them room for activations that live in L3 (not part of the image's bytes).
 *
 * @param constants the packed constants, which start at {@link #HEADER_BYTES}
 * @param inputOffset byte offset of the input
 * @param inputBytes size of the input
 * @param reservedBytes HyperRAM needed in all, with the activations behind the image
 */
public record L3Image(byte[] constants, int inputOffset, int inputBytes, int reservedBytes) {

  /** {@code L3_HEADER_BYTES} of {@code network.h}. */
  public static final int HEADER_BYTES = 16;

  private static final int MAGIC = 0x4e4c524d;
  private static final int FLAG_HASH = 1;

  /** The image around {@code input}. */
  byte[] withInput(byte[] input, boolean hashes) {
    if (input.length != inputBytes) {
      throw new IllegalArgumentException(
          "the input has " + input.length + " bytes, the network takes " + inputBytes);
    }
    byte[] image = new byte[inputOffset + inputBytes];
    ByteBuffer.wrap(image)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putInt(hashes ? FLAG_HASH : 0)
        .putInt(image.length)
        .putInt(0)
        .put(constants);
    System.arraycopy(input, 0, image, inputOffset, inputBytes);
    return image;
  }
}
