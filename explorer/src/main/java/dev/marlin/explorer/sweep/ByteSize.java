package dev.marlin.explorer.sweep;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of memories as people write them: plain bytes, {@code KiB} or {@code MiB}. */
public final class ByteSize {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,10}) ?(KiB|MiB|B)?");
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  private ByteSize() {}

  /**
   * Reads a size.
   *
   * @return bytes, 1 to 2^31 - 1
   * @throws IllegalArgumentException saying how sizes are written
   */
  public static int parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no size: write bytes, KiB or MiB, for example 65536 or 64KiB");
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int factor =
        switch (unit) {
          case "KiB" -> KIB;
          case "MiB" -> MIB;
          default -> 1;
        };
    long bytes = Long.parseLong(matcher.group(1)) * factor;
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is out of range: a size is 1 byte to 2047MiB");
    }
    return (int) bytes;
  }

  /**
   * Reads a size of a disk, which may be written with {@code GiB} too.
   *
   * @return bytes, 1 or more
   * @throws IllegalArgumentException saying how sizes are written
   */
  public static long parseLarge(String text) {
    Matcher gib = Pattern.compile("(\\d{1,6}) ?GiB").matcher(text.strip());
    return gib.matches() ? Long.parseLong(gib.group(1)) << 30 : parse(text);
  }

  /** The shortest exact text that {@link #parse} reads back: {@code 64KiB}, {@code 1000}. */
  public static String format(long bytes) {
    if (bytes != 0 && bytes % MIB == 0) {
      return bytes / MIB + "MiB";
    }
    return bytes != 0 && bytes % KIB == 0 ? bytes / KIB + "KiB" : Long.toString(bytes);
  }
}
