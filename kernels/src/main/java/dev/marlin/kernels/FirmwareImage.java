package dev.marlin.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A linked program.
 *
 * @param elf ELF32, little endian, one segment at the start of L2; entry 0x1c000080
 * @param symbols address of every named symbol
 * @param functionBytes size of all functions together
 */
public record FirmwareImage(byte[] elf, Map<String, Long> symbols, int functionBytes) {

  private static final int SHT_SYMTAB = 2;
  private static final int STT_FUNC = 2;

  /** Reads the symbols of an ELF. */
  static FirmwareImage of(byte[] elf) {
    ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    int sections = file.getInt(32);
    int sectionSize = file.getShort(46);
    int count = file.getShort(48);
    Map<String, Long> symbols = new HashMap<>();
    int functionBytes = 0;
    for (int i = 0; i < count; i++) {
      int header = sections + i * sectionSize;
      if (file.getInt(header + 4) == SHT_SYMTAB) {
        int names = file.getInt(sections + file.getInt(header + 24) * sectionSize + 16);
        int from = file.getInt(header + 16);
        int end = from + file.getInt(header + 20);
        for (int symbol = from; symbol < end; symbol += 16) {
          functionBytes += (file.get(symbol + 12) & 15) == STT_FUNC ? file.getInt(symbol + 8) : 0;
          String name = text(elf, names + file.getInt(symbol));
          if (!name.isEmpty()) {
            symbols.put(name, file.getInt(symbol + 4) & 0xffffffffL);
          }
        }
      }
    }
    return new FirmwareImage(elf, Map.copyOf(symbols), functionBytes);
  }

  private static String text(byte[] bytes, int from) {
    int end = from;
    while (bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, StandardCharsets.US_ASCII);
  }

  /**
   * Returns the address of a symbol, as {@code marlin_layer_done} or {@code __l2_arena}.
   *
   * @throws IllegalArgumentException if the program has none of that name
   */
  public long address(String symbol) {
    Long address = symbols.get(symbol);
    if (address == null) {
      throw new IllegalArgumentException("The program has no symbol " + symbol + ".");
    }
    return address;
  }

  /** Returns the bytes of L2 before the arena: vectors, code, data, bss. */
  public int residentBytes() {
    return (int) (address("__l2_arena") - RuntimeLayout.L2_BASE);
  }

  /** Returns the address of {@code L1(offset)}. */
  public long l1(int offset) {
    return address("__l1_arena") + offset;
  }

  /** Returns the address of {@code L2(offset)}. */
  public long l2(int offset) {
    return address("__l2_arena") + offset;
  }
}
