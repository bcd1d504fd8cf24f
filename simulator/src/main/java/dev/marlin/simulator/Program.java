package dev.marlin.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A linked GAP8 program: what an ELF file says about memory contents, the entry point and symbols.
 * Immutable.
 */
public final class Program {
  /**
   * Bytes to load.
   *
   * @param address where in the chip's address space
   * @param memoryBytes how many bytes the segment occupies, at least as many as there is data; the
   *     rest is zero
   * @param data contents from the file
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Segment(int address, int memoryBytes, byte[] data) {}

  private static final long MAX_FILE_BYTES = 256 << 20;

  private final String name;
  private final int entry;
  private final List<Segment> segments;
  private final Map<String, Integer> symbols;
  private final NavigableMap<Integer, String> functions;

  Program(
      String name,
      int entry,
      List<Segment> segments,
      Map<String, Integer> symbols,
      NavigableMap<Integer, String> functions) {
    this.name = name;
    this.entry = entry;
    this.segments = List.copyOf(segments);
    this.symbols = Map.copyOf(symbols);
    this.functions = new TreeMap<>(functions);
  }

  /**
   * Reads an ELF file.
   *
   * @throws IOException when the file cannot be read
   * @throws ProgramFormatException when it is no 32-bit little-endian RISC-V executable
   */
  public static Program read(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MAX_FILE_BYTES) {
      throw new ProgramFormatException(
          file.getFileName()
              + " has "
              + bytes
              + " bytes, more than any program for GAP8 (at most "
              + MAX_FILE_BYTES
              + ").");
    }
    return parse(Files.readAllBytes(file), String.valueOf(file.getFileName()));
  }

  /**
   * Parses an ELF file.
   *
   * @param elf contents of the file; any bytes
   * @param name what messages call it
   * @throws ProgramFormatException when it is no 32-bit little-endian RISC-V executable
   */
  public static Program parse(byte[] elf, String name) {
    return new ElfReader(elf, name).program();
  }

  /** A program without symbols. */
  static Program of(String name, int entry, List<Segment> segments) {
    return new Program(name, entry, segments, Map.of(), new TreeMap<>());
  }

  /** What messages call this program. */
  public String name() {
    return name;
  }

  /** Address of the first instruction. */
  public int entry() {
    return entry;
  }

  /** The address of a symbol, if the file has one of that name. */
  public OptionalInt symbol(String symbol) {
    Integer address = symbols.get(symbol);
    return address == null ? OptionalInt.empty() : OptionalInt.of(address);
  }

  List<Segment> segments() {
    return segments;
  }

  /** The function that an address lies in, or its address when no symbol is at or before it. */
  String function(int address) {
    Entry<Integer, String> function = functions.floorEntry(address);
    return function == null ? "0x" + Integer.toHexString(address) : function.getValue();
  }

  /** An address as {@code function+0x1c}, or empty when no symbol is at or before it. */
  String describe(int address) {
    Entry<Integer, String> function = functions.floorEntry(address);
    if (function == null) {
      return "";
    }
    int offset = address - function.getKey();
    return offset == 0
        ? function.getValue()
        : function.getValue() + "+0x" + Integer.toHexString(offset);
  }
}
