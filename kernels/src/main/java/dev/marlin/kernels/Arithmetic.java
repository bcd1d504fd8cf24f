package dev.marlin.kernels;

import java.util.Locale;

/**
 * How a kernel makes outputs of its sums: the variants of {@code include/requantize.h}, with the
 * same names.
 */
public enum Arithmetic {
  /** 32-bit sums, not requantized. */
  RAW(16, 0),
  /** Division by a power of two; every intermediate fits 32 bits. */
  SHIFT_32(0, 32),
  /** Any function that {@link Staircases} can write as a clamped line. */
  CLAMPED(16, 48),
  /** The same with a multiplier of more digits. */
  REFINED(16, 80),
  /** Division by a power of two in 64 bits. */
  SHIFT_64(0, 64),
  /** Division by any number; every intermediate fits 32 bits. */
  EXACT_32(0, 32),
  /** Division by any number in 64 bits. */
  EXACT_64(0, 64);

  private final int headBytes;
  private final int tailBytes;

  Arithmetic(int headBytes, int tailBytes) {
    this.headBytes = headBytes;
    this.tailBytes = tailBytes;
  }

  /** Bytes before the weights of a block of 4 channels: where its sums start. */
  int headBytes() {
    return headBytes;
  }

  /** Bytes behind the weights of a block of 4 channels. */
  int tailBytes() {
    return tailBytes;
  }

  /** Whether the numbers are those of {@link ClampedLine}. */
  boolean isClamped() {
    return this == CLAMPED || this == REFINED;
  }

  /** Whether numbers have 64 bits. */
  boolean isWide() {
    return this == SHIFT_64 || this == EXACT_64;
  }

  /** The end of the C function's name: which body of the kernel it is. */
  String suffix() {
    return name().toLowerCase(Locale.ROOT);
  }
}
