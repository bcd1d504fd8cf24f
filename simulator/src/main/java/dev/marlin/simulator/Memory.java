package dev.marlin.simulator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes at consecutive addresses, little endian. */
final class Memory {
  static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle HALF =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  final int base;
  final byte[] bytes;

  Memory(int base, int size, int fill) {
    this.base = base;
    this.bytes = new byte[size];
    Arrays.fill(bytes, (byte) fill);
  }

  boolean contains(int address) {
    return Integer.compareUnsigned(address - base, bytes.length) < 0;
  }

  boolean contains(int address, int length) {
    long offset = (address - base) & 0xffffffffL;
    return length >= 0 && offset + length <= bytes.length;
  }

  /** Zero-extended value; the access lies within the memory. */
  int read(int offset, int size) {
    return switch (size) {
      case 1 -> bytes[offset] & 0xff;
      case 2 -> (short) HALF.get(bytes, offset) & 0xffff;
      case 4 -> (int) WORD.get(bytes, offset);
      default -> {
        int value = 0;
        for (int i = size - 1; i >= 0; i--) {
          value = value << 8 | (bytes[offset + i] & 0xff);
        }
        yield value;
      }
    };
  }

  void write(int offset, int size, int value) {
    switch (size) {
      case 1 -> bytes[offset] = (byte) value;
      case 2 -> HALF.set(bytes, offset, (short) value);
      case 4 -> WORD.set(bytes, offset, value);
      default -> {
        for (int i = 0; i < size; i++) {
          bytes[offset + i] = (byte) (value >>> (8 * i));
        }
      }
    }
  }
}
