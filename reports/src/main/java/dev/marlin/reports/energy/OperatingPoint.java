package dev.marlin.reports.energy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A supply and clocks at which time and energy are stated.
 *
 * @param name for people
 * @param clusterMegahertz clock of the cluster
 * @param controllerMegahertz clock of the fabric controller
 * @param volts of the supply
 * @param source that names this operating point
 */
public record OperatingPoint(
    String name, double clusterMegahertz, double controllerMegahertz, double volts, String source) {

  /** The points that ship, the one of the board table first. */
  public static List<OperatingPoint> all() {
    try (InputStream in = OperatingPoint.class.getResourceAsStream("operating-points.csv")) {
      if (in == null) {
        throw new IllegalStateException("operating-points.csv is not on the class path");
      }
      List<OperatingPoint> points = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] cells = line.split(",", 5);
          points.add(
              new OperatingPoint(
                  cells[0],
                  Double.parseDouble(cells[1]),
                  Double.parseDouble(cells[2]),
                  Double.parseDouble(cells[3]),
                  cells[4].replace("\"", "")));
        }
      }
      return List.copyOf(points);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where a clock of cluster and fabric controller is run: the slowest of the points that reaches
   * it. At a lower clock the supply stays, and so does the energy of a cycle.
   */
  public static Optional<OperatingPoint> reaching(long hertz, List<OperatingPoint> points) {
    double megahertz = hertz / 1e6;
    return points.stream()
        .filter(p -> p.clusterMegahertz() >= megahertz && p.controllerMegahertz() >= megahertz)
        .min(Comparator.comparingDouble(OperatingPoint::clusterMegahertz));
  }

  /** Power here over power at 1.0 V and 100 MHz: the square of the supply times the clock. */
  public double powerScale() {
    return volts * volts * clusterMegahertz / 100;
  }

  /** Time of {@code cycles} of the cluster. */
  public double milliseconds(long cycles) {
    return cycles / (clusterMegahertz * 1e3);
  }

  /** For people: {@code cluster 100 MHz, FC 100 MHz, 1.0 V}. */
  public String clock() {
    return "cluster "
        + (long) clusterMegahertz
        + " MHz, FC "
        + (long) controllerMegahertz
        + " MHz, "
        + volts
        + " V";
  }
}
