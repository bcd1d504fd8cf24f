package dev.marlin.explorer.sweep;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clocks as people write them: plain hertz, {@code kHz}, {@code MHz} or {@code GHz}. */
public final class Frequency {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?) ?(k|M|G)?(Hz)?");
  private static final long MAX_HERTZ = 10_000_000_000L;

  private Frequency() {}

  /**
   * Reads a clock.
   *
   * @return hertz, 1 to 10^10
   * @throws IllegalArgumentException saying how clocks are written
   */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    boolean prefixAlone = matcher.matches() && matcher.group(2) != null && matcher.group(3) == null;
    if (!matcher.matches() || prefixAlone) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no clock: write hertz, kHz, MHz or GHz, for example 100MHz");
    }
    int zeros =
        switch (matcher.group(2) == null ? "" : matcher.group(2)) {
          case "k" -> 3;
          case "M" -> 6;
          case "G" -> 9;
          default -> 0;
        };
    BigDecimal hertz = new BigDecimal(matcher.group(1)).scaleByPowerOfTen(zeros);
    if (hertz.stripTrailingZeros().scale() > 0
        || hertz.compareTo(BigDecimal.ONE) < 0
        || hertz.compareTo(BigDecimal.valueOf(MAX_HERTZ)) > 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is out of range: a clock is a whole number of hertz, 1Hz to 10GHz");
    }
    return hertz.longValueExact();
  }

  /** The shortest exact text that {@link #parse} reads back, for example {@code 100MHz}. */
  public static String format(long hertz) {
    if (hertz % 1_000_000 == 0) {
      return hertz / 1_000_000 + "MHz";
    }
    return hertz % 1000 == 0 ? hertz / 1000 + "kHz" : hertz + "Hz";
  }
}
