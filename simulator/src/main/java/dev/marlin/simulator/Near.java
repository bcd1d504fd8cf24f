package dev.marlin.simulator;

/** Loads and stores of L1 as translated code makes them: checked before, little endian. */
final class Near {
  private Near() {}

  static int word(byte[] memory, int offset) {
    return (int) Memory.WORD.get(memory, offset);
  }

  static int half(byte[] memory, int offset) {
    return (short) Memory.HALF.get(memory, offset);
  }

  static int halfUnsigned(byte[] memory, int offset) {
    return (short) Memory.HALF.get(memory, offset) & 0xffff;
  }

  static int signedByte(byte[] memory, int offset) {
    return memory[offset];
  }

  static int unsignedByte(byte[] memory, int offset) {
    return memory[offset] & 0xff;
  }

  static void storeWord(byte[] memory, int offset, int value) {
    Memory.WORD.set(memory, offset, value);
  }

  static void storeHalf(byte[] memory, int offset, int value) {
    Memory.HALF.set(memory, offset, (short) value);
  }

  static void storeByte(byte[] memory, int offset, int value) {
    memory[offset] = (byte) value;
  }
}
