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
 * @param hashesOffset byte offset of the hashes that are expected, a word for each layer
 * @param reservedBytes HyperRAM needed in all, with the activations behind the image
 */
public record L3Image(
    byte[] constants,
    List<Integer> inputOffsets,
    List<Integer> inputBytes,
    int hashesOffset,
    int reservedBytes) {
  public L3Image {
    inputOffsets = List.copyOf(inputOffsets);
    inputBytes = List.copyOf(inputBytes);
  }

  /** {@code L3_HEADER_BYTES} of {@code network.h}. */
  public static final int HEADER_BYTES = 16;

  private static final int MAGIC = 0x4e4c524d;
  private static final int FLAG_HASH = 1;
  private static final int FLAG_SILENT = 2;

  /**
   * The image around {@code input}.
   *
   * @param input the bytes of all inputs, one behind the other
   * @param expected hash of each layer's output; none if the program is not to check them
   */
  byte[] withInput(byte[] input, ProgramReport report, List<Integer> expected) {
    int taken = inputBytes.stream().mapToInt(Integer::intValue).sum();
    if (input.length != taken) {
      throw new IllegalArgumentException(
          "the input has " + input.length + " bytes, the network takes " + taken);
    }
    int last = inputBytes.size() - 1;
    boolean checks = !expected.isEmpty();
    byte[] image =
        new byte
            [checks
                ? hashesOffset + Integer.BYTES * expected.size()
                : inputOffsets.get(last) + inputBytes.get(last)];
    int flags =
        switch (report) {
          case CYCLES -> 0;
          case HASHES -> FLAG_HASH;
          case SILENT -> FLAG_SILENT;
        };
    ByteBuffer buffer = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putInt(flags).putInt(image.length).putInt(checks ? hashesOffset : 0);
    buffer.put(constants);
    for (int i = 0; i < expected.size(); i++) {
      buffer.putInt(hashesOffset + Integer.BYTES * i, expected.get(i));
    }
    int from = 0;
    for (int i = 0; i <= last; i++) {
      System.arraycopy(input, from, image, inputOffsets.get(i), inputBytes.get(i));
      from += inputBytes.get(i);
    }
    return image;
  }
}
