package dev.marlin.simulator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * For each cycle of a slice 16 bits, which tell the bank of L1 that the core accesses then: 0 is
 * none. The lanes of all cores lie in one array, so that four cycles of each are one load.
 */
final class Lane {
  /** Room of a core, in bytes, and where in it cycle 0 is: before it is what has waited. */
  static final int BYTES = 2 * RunAhead.ROOM + 192;

  static final int START = 128;

  static final VarHandle HALVES =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Lane() {}

  /**
   * What stands for the bank of a word: a bit where there are enough, else its number and one. With
   * 16 banks a rotation needs no mask.
   */
  static short of(int word, int bankMask) {
    return (short)
        (bankMask == Short.SIZE - 1
            ? Integer.rotateLeft(0x10001, word)
            : bankMask < Short.SIZE ? 1 << (word & bankMask) : (word & bankMask) + 1);
  }

  /** The bank that stands for what {@link #of} gave. */
  static int bankOf(int inLane, int bankMask) {
    return bankMask < Short.SIZE ? Integer.numberOfTrailingZeros(inLane) : inLane - 1;
  }
}
