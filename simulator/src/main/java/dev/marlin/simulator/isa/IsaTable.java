package dev.marlin.simulator.isa;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every encoding of {@code gap8.isa}, read once, found fast.
 *
 * <p>32-bit rows are sorted into 256 buckets by opcode (bits 6..2) and funct3 (bits 14..12), 16-bit
 * rows into 32 by quadrant and funct3; within a bucket the row with most fixed bits is first.
 */
final class IsaTable {
  /** One row: {@code word & mask == match} means this instruction. */
  record Row(
      String mnemonic,
      int match,
      int mask,
      int size,
      Format format,
      boolean readsDestination,
      int op,
      int constant) {}

  private static final String RESOURCE = "gap8.isa";
  private static final IsaTable INSTANCE = load();

  private final List<Row> rows;
  private final Row[][] wide = new Row[256][];
  private final Row[][] compressed = new Row[32][];

  private IsaTable(List<Row> rows) {
    this.rows = List.copyOf(rows);
    for (int bucket = 0; bucket < wide.length; bucket++) {
      wide[bucket] = select(4, (bucket >> 3) << 2 | 3 | (bucket & 7) << 12, 0x707f);
    }
    for (int bucket = 0; bucket < compressed.length; bucket++) {
      compressed[bucket] = select(2, (bucket >> 3) | (bucket & 7) << 13, 0xe003);
    }
  }

  static IsaTable get() {
    return INSTANCE;
  }

  List<Row> rows() {
    return rows;
  }

  /**
   * The row that a word (a half word in the low bits, if its two low bits are not both set) belongs
   * to, or null.
   */
  @Nullable Row find(int word) {
    Row[] bucket =
        (word & 3) == 3
            ? wide[(word >> 2 & 31) << 3 | (word >> 12 & 7)]
            : compressed[(word & 3) << 3 | (word >> 13 & 7)];
    for (Row row : bucket) {
      if ((word & row.mask) == row.match) {
        return row;
      }
    }
    return null;
  }

  private Row[] select(int size, int bits, int mask) {
    return rows.stream()
        .filter(row -> row.size == size && ((row.match ^ bits) & row.mask & mask) == 0)
        .sorted(Comparator.comparingInt((Row row) -> -Integer.bitCount(row.mask)))
        .toArray(Row[]::new);
  }

  private static IsaTable load() {
    try (InputStream in = IsaTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + RESOURCE + " is missing");
      }
      List<Row> rows = new ArrayList<>();
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          rows.add(parse(line));
        }
      }
      return new IsaTable(rows);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCE, e);
    }
  }

  private static Row parse(String line) {
    String[] columns = line.split("\\|", -1);
    if (columns.length != 4) {
      throw new IllegalStateException(RESOURCE + ": not four columns: " + line);
    }
    String bits = columns[1].replace(" ", "");
    int match = 0;
    int mask = 0;
    for (int i = 0; i < bits.length(); i++) {
      char bit = bits.charAt(i);
      match = match << 1 | (bit == '1' ? 1 : 0);
      mask = mask << 1 | (bit == '-' ? 0 : 1);
    }
    String format = columns[2].strip();
    boolean readsDestination = format.endsWith("+d");
    String[] operation = columns[3].strip().split(":", -1);
    return new Row(
        columns[0].strip(),
        match,
        mask,
        bits.length() / 8,
        Format.valueOf(readsDestination ? format.substring(0, format.length() - 2) : format),
        readsDestination,
        Op.of(operation[0]),
        operation.length > 1 ? Integer.parseInt(operation[1]) : 0);
  }
}
