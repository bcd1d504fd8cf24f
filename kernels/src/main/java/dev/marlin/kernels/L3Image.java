package dev.marlin.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of the image that lies at offset 0 of the HyperRAM when a program starts; {@code
 * network.h} states it in C.
 */
public final class L3Image {

  /** Bytes of the header. */
  public static final int HEADER_BYTES = 16;

  /** Name of the file in flash that a program copies to HyperRAM where HyperRAM holds no image. */
  public static final String FLASH_FILE = "marlin_l3.bin";

  private static final int MAGIC = 0x4e4c524d; // "MRLN"
  private static final int FLAG_HASH = 1;

  private L3Image() {}

  /**
   * Writes the header into the first {@link #HEADER_BYTES} bytes of an image.
   *
   * @param image the whole image: header, constants, input
   * @param hash whether the program shall run the network a second time, untimed, and print the
   *     hash of every layer's output
   */
  public static void writeHeader(byte[] image, boolean hash) {
    ByteBuffer.wrap(image)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putInt(hash ? FLAG_HASH : 0)
        .putInt(image.length)
        .putInt(0);
  }
}
