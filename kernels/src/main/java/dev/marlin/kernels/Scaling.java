package dev.marlin.kernels;

import java.nio.ByteBuffer;

/**
 * How kernels requantize: the Java side of {@code include/requantize.h}, with the same names.
 * Multipliers and offsets of 4 channels follow the weights of these channels.
 */
final class Scaling {

  /** Channels of a block. */
  static final int CHANNELS = 4;

  private Scaling() {}

  /** The end of the C function's name: which body of the kernel it is. */
  static String variant(LayerSpec layer) {
    if (layer.outBytes() == 4) {
      return "raw";
    }
    if (layer.outBytes() != 1
        || (layer.requantizationBits() != 32 && layer.requantizationBits() != 64)) {
      throw new IllegalArgumentException(
          "no kernel writes outputs of "
              + layer.outBytes()
              + " bytes, requantized in "
              + layer.requantizationBits()
              + " bits");
    }
    return (layer.exactDivision() ? "exact_" : "shift_") + layer.requantizationBits();
  }

  /** Bytes of the scaling of a block of {@value #CHANNELS} channels. */
  static int bytes(LayerSpec layer) {
    return layer.outBytes() == 4 ? 16 : layer.requantizationBits() == 32 ? 32 : 64;
  }

  /**
   * Appends the scaling of channels {@code first .. first + count - 1}, filled up to a block with
   * zeros.
   *
   * @throws IllegalArgumentException if a number does not fit the words of the variant
   */
  static void put(ByteBuffer to, LayerSpec layer, LayerConstants constants, int first, int count) {
    long[] multiplier = constants.multiplier();
    boolean raw = layer.outBytes() == 4;
    if (raw != (multiplier == null)) {
      throw new IllegalArgumentException(
          raw ? "raw 32-bit outputs have no multipliers" : "8-bit outputs need multipliers");
    }
    boolean wide = !raw && layer.requantizationBits() == 64;
    if (multiplier != null) {
      putAll(to, multiplier, wide, first, count, "multiplier");
    }
    putAll(to, constants.offset(), wide, first, count, "offset");
  }

  private static void putAll(
      ByteBuffer to, long[] values, boolean wide, int first, int count, String what) {
    for (int i = 0; i < CHANNELS; i++) {
      long value = i < count ? values[first + i] : 0;
      if (wide) {
        to.putLong(value);
      } else if (value == (int) value) {
        to.putInt((int) value);
      } else {
        throw new IllegalArgumentException(
            what + " " + value + " of output channel " + (first + i) + " does not fit 32 bits");
      }
    }
  }
}
