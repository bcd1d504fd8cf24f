package dev.marlin.reports.rows;

import java.util.Locale;

/** Numbers as people read them, the same on every machine. */
public final class Units {

  private Units() {}

  /** {@code 65536} as {@code 64 KiB}; a size that is no whole number of KiB in bytes. */
  public static String bytes(long bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }

  /** {@code 12345678} as {@code 12,345,678}. Quick: reports write hundreds of thousands. */
  public static String count(long value) {
    String digits = Long.toString(value);
    int first = value < 0 ? 1 : 0;
    StringBuilder text = new StringBuilder(digits.length() + 7);
    for (int i = 0; i < digits.length(); i++) {
      if (i > first && (digits.length() - i) % 3 == 0) {
        text.append(',');
      }
      text.append(digits.charAt(i));
    }
    return text.toString();
  }

  /** With {@code digits} decimals, at most 9; a dash for what is no number. Quick, too. */
  public static String decimal(double value, int digits) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return "–";
    }
    if (Math.abs(value) > 1e8 || digits > 9) {
      return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
    long scale = 1;
    for (int i = 0; i < digits; i++) {
      scale *= 10;
    }
    long scaled = Math.round(Math.abs(value) * scale);
    StringBuilder text = new StringBuilder(value < 0 && scaled > 0 ? "-" : "");
    text.append(scaled / scale);
    if (digits > 0) {
      String fraction = Long.toString(scaled % scale);
      text.append('.').append("0".repeat(digits - fraction.length())).append(fraction);
    }
    return text.toString();
  }

  /** {@code 100000000} as {@code 100 MHz}. */
  public static String hertz(long hertz) {
    if (hertz % 1_000_000 == 0) {
      return hertz / 1_000_000 + " MHz";
    }
    return hertz % 1000 == 0 ? decimal(hertz / 1e6, 3) + " MHz" : hertz + " Hz";
  }
}
