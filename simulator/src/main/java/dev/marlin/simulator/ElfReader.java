package dev.marlin.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reads the parts of an ELF file that matter here: loadable segments, entry, symbols.
 *
 * <p>Any bytes are fine as input: every offset is checked, and memory use is bounded by the size of
 * the file. A damaged symbol table costs symbols, not the program.
 */
final class ElfReader {
  private static final int HEADER = 52;
  private static final int RISCV = 243;
  private static final int PROGRAM_HEADER = 32;
  private static final int SECTION_HEADER = 40;
  private static final int SYMBOL = 16;
  private static final int LOADABLE = 1;
  private static final int SYMBOL_TABLE = 2;
  private static final int MAX_SYMBOLS = 1 << 18;
  private static final int MAX_NAMES = 1 << 24;

  private final ByteBuffer file;
  private final String name;

  /** Symbols that may still be read: tables of a damaged file may overlap. */
  private int symbolsLeft = MAX_SYMBOLS;

  /** Bytes of names that may still be read, likewise. */
  private int namesLeft = MAX_NAMES;

  ElfReader(byte[] bytes, String name) {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
  }

  Program program() {
    header();
    int entry = file.getInt(24);
    List<Program.Segment> segments = segments();
    if (segments.isEmpty()) {
      throw bad("has nothing to load. Maybe it is an object file: link it first.");
    }
    Map<String, Integer> symbols = new HashMap<>();
    NavigableMap<Integer, String> functions = new TreeMap<>(Integer::compareUnsigned);
    symbols(symbols, functions);
    return new Program(name, entry, segments, symbols, functions);
  }

  private void header() {
    if (file.limit() < HEADER || file.getInt(0) != 0x464c457f) {
      throw bad("is no ELF file.");
    }
    if (file.get(4) != 1 || file.get(5) != 1) {
      throw bad("is no 32-bit little-endian ELF file. Maybe it was compiled for the host.");
    }
    int machine = file.getShort(18) & 0xffff;
    if (machine != RISCV) {
      throw bad("is for ELF machine " + machine + ", not for RISC-V (" + RISCV + ").");
    }
  }

  private List<Program.Segment> segments() {
    long table = file.getInt(28) & 0xffffffffL;
    int size = file.getShort(42) & 0xffff;
    int count = file.getShort(44) & 0xffff;
    if (count > 0 && size < PROGRAM_HEADER) {
      throw bad("has program headers of " + size + " bytes instead of " + PROGRAM_HEADER + ".");
    }
    List<Program.Segment> segments = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * size;
      if (at + PROGRAM_HEADER > file.limit()) {
        throw bad("ends before its program header " + i + ". Maybe the file was cut short.");
      }
      int header = (int) at;
      if (file.getInt(header) != LOADABLE) {
        continue;
      }
      long offset = file.getInt(header + 4) & 0xffffffffL;
      int address = file.getInt(header + 12);
      long fileBytes = file.getInt(header + 16) & 0xffffffffL;
      long memoryBytes = file.getInt(header + 20) & 0xffffffffL;
      if (memoryBytes == 0) {
        continue;
      }
      total += fileBytes;
      if (offset + fileBytes > file.limit()
          || fileBytes > memoryBytes
          || total > 2L * file.limit()) {
        throw bad(
            "has a damaged segment "
                + i
                + ": "
                + fileBytes
                + " bytes at offset "
                + offset
                + " of a file of "
                + file.limit()
                + ".");
      }
      if (memoryBytes > Integer.MAX_VALUE) {
        throw bad("has a segment " + i + " of " + memoryBytes + " bytes.");
      }
      byte[] data = Arrays.copyOfRange(file.array(), (int) offset, (int) (offset + fileBytes));
      segments.add(new Program.Segment(address, (int) memoryBytes, data));
    }
    return segments;
  }

  private void symbols(Map<String, Integer> symbols, NavigableMap<Integer, String> functions) {
    long table = file.getInt(32) & 0xffffffffL;
    int size = file.getShort(46) & 0xffff;
    int count = file.getShort(48) & 0xffff;
    if (size < SECTION_HEADER || table + (long) size * count > file.limit()) {
      return;
    }
    for (int i = 0; i < count; i++) {
      int section = (int) table + i * size;
      if (file.getInt(section + 4) == SYMBOL_TABLE) {
        long link = file.getInt(section + 24) & 0xffffffffL;
        if (link < count) {
          table(section, (int) (table + link * size), symbols, functions);
        }
      }
    }
  }

  private void table(
      int section,
      int stringSection,
      Map<String, Integer> symbols,
      NavigableMap<Integer, String> functions) {
    long offset = file.getInt(section + 16) & 0xffffffffL;
    long bytes = file.getInt(section + 20) & 0xffffffffL;
    long strings = file.getInt(stringSection + 16) & 0xffffffffL;
    long stringBytes = file.getInt(stringSection + 20) & 0xffffffffL;
    if (offset + bytes > file.limit() || strings + stringBytes > file.limit()) {
      return;
    }
    long count = Math.min(bytes / SYMBOL, symbolsLeft);
    symbolsLeft -= (int) count;
    for (int i = 0; i < count; i++) {
      int symbol = (int) offset + i * SYMBOL;
      long string = file.getInt(symbol) & 0xffffffffL;
      int type = file.get(symbol + 12) & 15;
      boolean defined = file.getShort(symbol + 14) != 0;
      if (!defined || string == 0 || string >= stringBytes || type > 2) {
        continue;
      }
      String text = text((int) (strings + string), (int) (strings + stringBytes));
      int address = file.getInt(symbol + 4);
      symbols.putIfAbsent(text, address);
      if (type != 1 && !text.isEmpty() && !text.startsWith(".L") && !text.startsWith("$")) {
        functions.merge(address, text, (old, other) -> type == 2 ? other : old);
      }
    }
  }

  private String text(int start, int limit) {
    int end = start;
    int longest = Math.min(256, namesLeft);
    while (end < limit && end - start < longest && file.get(end) != 0) {
      end++;
    }
    namesLeft -= end - start;
    // Names go into messages of one line, profiles and traces.
    char[] name = new char[end - start];
    for (int i = 0; i < name.length; i++) {
      byte b = file.get(start + i);
      name[i] = b > ' ' && b < 0x7f ? (char) b : '?';
    }
    return new String(name);
  }

  private ProgramFormatException bad(String what) {
    return new ProgramFormatException(name + " " + what);
  }
}
