package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.ModelException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One text file of recorded values: a title line (with or without #), then one value a line, of
 * which what stands before the first comma counts.
 */
final class GoldenFile {
  /** A line holds a number; whatever is longer is no golden file. */
  private static final int LONGEST_LINE = 1000;

  /** Bytes of the largest file that is read: some millions of values. */
  private static final long MOST_BYTES = 256L << 20;

  private GoldenFile() {}

  /**
   * Reads a file.
   *
   * @throws ModelException if it cannot be read or a line is no whole number of 32 bits
   */
  static int[] read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelException(file + " has more than " + MOST_BYTES + " bytes");
      }
      // Latin-1 decodes any bytes: a binary file fails as a number, with its line.
      try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
        return read(reader, file);
      }
    } catch (IOException e) {
      throw new ModelException("cannot read golden file " + file + ": " + e, e);
    }
  }

  private static int[] read(BufferedReader reader, Path file) throws IOException {
    int[] values = new int[1024];
    int count = 0;
    int number = 0;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      String text = value(line);
      boolean title = number == 1 && (line.contains("shape") || !isNumber(text));
      if (text.isEmpty() || text.startsWith("#") || title) {
        continue;
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = parsed(text, file, number);
    }
    return Arrays.copyOf(values, count);
  }

  private static String value(String line) {
    String start = line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line;
    int comma = start.indexOf(',');
    String text = (comma < 0 ? start : start.substring(0, comma)).strip();
    return text.endsWith("\\") ? text.substring(0, text.length() - 1).strip() : text;
  }

  private static boolean isNumber(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static int parsed(String text, Path file, int line) {
    double value = isNumber(text) ? Double.parseDouble(text) : Double.NaN;
    if (value != (int) Math.rint(value)) {
      String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
      throw new ModelException(
          file
              + ", line "
              + line
              + ": '"
              + shown.replaceAll("\\p{Cntrl}", "?")
              + "' is no whole number of 32 bits");
    }
    return (int) Math.rint(value);
  }
}
