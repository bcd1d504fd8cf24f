package dev.marlin.reports;

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

  /** {@code 12345678} as {@code 12,345,678}. */
  public static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** With {@code digits} decimals. */
  public static String decimal(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
