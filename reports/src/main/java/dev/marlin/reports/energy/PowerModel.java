package dev.marlin.reports.energy;

import dev.marlin.reports.published.Published;
import dev.marlin.reports.published.PublishedLayers;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.Measurement;
import java.util.List;

/**
 * Power of a layer at 100 MHz and 1.0 V from what it does.
 *
 * <p>Fitted by least squares to the board table of DORY (21 rows of mW):
 *
 * <pre>mW = base + activity * (1 - exp(-MAC/cycle / 2)) + bus * (share of the time L3 is busy)
 * </pre>
 *
 * The second term grows fast and then not: depthwise layers with one MAC/cycle draw four fifths of
 * what pointwise ones draw with fourteen, for their cores are as busy. The third is negative: who
 * waits for L3 sleeps. It leaves out the I/O domain and the HyperRAM itself, which the table does
 * not measure (the paper's 63 pJ/MAC does, the table comes to 50), leakage and temperature.
 *
 * @param base in mW
 * @param activity in mW
 * @param bus in mW
 * @param fit rows that it was fitted to
 */
public record PowerModel(double base, double activity, double bus, List<FitRow> fit) {
  /** MAC/cycle over which the second term grows to 63 % of its height. */
  private static final double KNEE = 2;

  /** Bytes a cycle of L3 in the table: its FC layer moves 1.024 MB in 15.78 ms at 100 MHz. */
  private static final double BYTES_PER_CYCLE = 0.65;

  public PowerModel {
    fit = List.copyOf(fit);
  }

  /**
   * A row of the table.
   *
   * @param name of the layer
   * @param macPerCycle its activity
   * @param milliwatts as measured
   * @param model as the model says
   * @param leftOut as a model says that was fitted to all other rows
   * @param milliseconds its time
   * @param layers how many layers it stands for
   */
  public record FitRow(
      String name,
      double macPerCycle,
      double milliwatts,
      double model,
      double leftOut,
      double milliseconds,
      int layers) {}

  private static final class Shipped {
    static final PowerModel MODEL = fitted(Published.load());
  }

  /** Fitted to the board table that ships: the one model of all energies that are shown. */
  public static PowerModel shipped() {
    return Shipped.MODEL;
  }

  /** Fitted to the board table of {@code published}. */
  public static PowerModel fitted(Published published) {
    PublishedLayers table =
        published
            .layers("mobilenet_v1_1.0_128")
            .orElseThrow(() -> new IllegalStateException("DORY's board table is missing"));
    List<PublishedLayers.Row> rows = table.rows();
    double[][] x = rows.stream().map(row -> features(table, row)).toArray(double[][]::new);
    double[] y = rows.stream().mapToDouble(PublishedLayers.Row::milliwatts).toArray();
    double[] c = solve(x, y, -1);
    List<FitRow> fit =
        java.util.stream.IntStream.range(0, y.length)
            .mapToObj(
                i ->
                    new FitRow(
                        rows.get(i).name(),
                        rows.get(i).macPerCycle(table.source().clusterMegahertz()),
                        y[i],
                        dot(c, x[i]),
                        dot(solve(x, y, i), x[i]),
                        rows.get(i).milliseconds(),
                        rows.get(i).layers().size()))
            .toList();
    return new PowerModel(c[0], c[1], c[2], fit);
  }

  private static double[] features(PublishedLayers table, PublishedLayers.Row row) {
    double cycles = table.cycles(row);
    return features(row.macs() / cycles, row.weightBytes() / cycles);
  }

  private static double[] features(double macPerCycle, double bytesPerCycle) {
    return new double[] {
      1, 1 - Math.exp(-macPerCycle / KNEE), Math.min(1, bytesPerCycle / BYTES_PER_CYCLE)
    };
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Least squares over all rows but {@code without}: normal equations, Gauss elimination. */
  private static double[] solve(double[][] x, double[] y, int without) {
    int n = x[0].length;
    double[][] m = new double[n][n + 1];
    for (int row = 0; row < y.length; row++) {
      for (int i = 0; row != without && i < n; i++) {
        for (int j = 0; j < n; j++) {
          m[i][j] += x[row][i] * x[row][j];
        }
        m[i][n] += x[row][i] * y[row];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        double factor = k == i ? 0 : m[k][i] / m[i][i];
        for (int j = i; j <= n; j++) {
          m[k][j] -= factor * m[i][j];
        }
      }
    }
    double[] c = new double[n];
    for (int i = 0; i < n; i++) {
      c[i] = m[i][n] / m[i][i];
    }
    return c;
  }

  /** Power of a layer at 1.0 V and 100 MHz. */
  public double milliwatts(LayerRow layer) {
    return milliwatts(layer.cycles(), layer.macs(), layer.l3Bytes());
  }

  /**
   * Power of a layer at 1.0 V and 100 MHz.
   *
   * @param cycles of the layer
   * @param macs multiply-accumulates
   * @param l3Bytes moved between L3 and L2
   */
  public double milliwatts(long cycles, long macs, long l3Bytes) {
    if (cycles == 0) {
      return base;
    }
    double[] f = features((double) macs / cycles, (double) l3Bytes / cycles);
    return base * f[0] + activity * f[1] + bus * f[2];
  }

  /**
   * Energy of one inference at an operating point; NaN if the layers are not known.
   *
   * <p>The clock cancels out: at a higher one the power is higher for a shorter time.
   */
  public double millijoules(Measurement measurement, OperatingPoint point) {
    if (measurement.layers().isEmpty()) {
      return Double.NaN;
    }
    double sum = 0;
    for (LayerRow layer : measurement.layers()) {
      sum += milliwatts(layer) * point.powerScale() * point.milliseconds(layer.cycles()) * 1e-3;
    }
    return sum;
  }

  /** Average over the rows of the table of |model - measured| / measured. */
  public double meanError() {
    return fit.stream()
        .mapToDouble(r -> Math.abs(r.model() / r.milliwatts() - 1))
        .average()
        .orElse(Double.NaN);
  }

  /** The same with every row predicted by a model that has not seen it. */
  public double leaveOneOutError() {
    return fit.stream()
        .mapToDouble(r -> Math.abs(r.leftOut() / r.milliwatts() - 1))
        .average()
        .orElse(Double.NaN);
  }

  /** The row that the model gets most wrong. */
  public FitRow worst() {
    return fit.stream()
        .max(java.util.Comparator.comparingDouble(r -> Math.abs(r.model() / r.milliwatts() - 1)))
        .orElseThrow();
  }

  /** Energy of the whole table by the model over the measured one, less 1. */
  public double energyError() {
    double model = fit.stream().mapToDouble(r -> r.model() * r.milliseconds() * r.layers()).sum();
    double measured =
        fit.stream().mapToDouble(r -> r.milliwatts() * r.milliseconds() * r.layers()).sum();
    return model / measured - 1;
  }
}
