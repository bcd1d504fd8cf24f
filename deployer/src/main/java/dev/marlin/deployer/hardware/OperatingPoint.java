package dev.marlin.deployer.hardware;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A clock and supply at which the chip's power was measured: turns cycles into time and energy.
 *
 * @param name as in {@code operating-points.csv}
 * @param clockHertz of cluster and fabric controller
 * @param volts of the supply
 * @param milliwatts average power while a network runs
 * @param source where the power comes from
 */
public record OperatingPoint(
    String name, long clockHertz, double volts, double milliwatts, String source) {
  private static final String FILE = "operating-points.csv";

  public OperatingPoint {
    if (clockHertz < 1 || !(volts > 0) || !(milliwatts > 0)) {
      throw new IllegalArgumentException(
          name + ": " + clockHertz + " Hz, " + volts + " V, " + milliwatts + " mW");
    }
  }

  /** The operating points that ship, the default first. */
  public static List<OperatingPoint> all() {
    try (InputStream in = OperatingPoint.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("resource " + FILE + " is missing from the deployer");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(OperatingPoint::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** GAP8 at 100 MHz and 1.0 V. */
  public static OperatingPoint gap8() {
    return all().get(0);
  }

  private static OperatingPoint parse(String line) {
    String[] fields = line.split(",", 5);
    if (fields.length != 5) {
      throw new IllegalStateException(FILE + ": expected five fields in: " + line);
    }
    return new OperatingPoint(
        fields[0],
        Math.round(Double.parseDouble(fields[1]) * 1e6),
        Double.parseDouble(fields[2]),
        Double.parseDouble(fields[3]),
        fields[4].replaceAll("^\"|\"$", ""));
  }

  /** Milliseconds of {@code cycles}. */
  public double milliseconds(long cycles) {
    return 1e3 * cycles / clockHertz;
  }

  /** Millijoules of {@code cycles} at the average power. */
  public double millijoules(long cycles) {
    return milliwatts * cycles / clockHertz;
  }
}
