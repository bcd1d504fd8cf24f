package dev.marlin.reports.published;

import java.util.List;

/**
 * A network that others measured layer by layer.
 *
 * @param source where the numbers are from
 * @param model name in our zoo
 * @param rows in order
 */
public record PublishedLayers(Source source, String model, List<Row> rows) {
  public PublishedLayers {
    rows = List.copyOf(rows);
  }

  /**
   * One row, which may stand for several layers that are alike: its numbers are those of each.
   *
   * @param name as published
   * @param layers positions in our network
   * @param macs multiply-accumulates of one of them
   * @param milliwatts average power; NaN if not known
   * @param milliseconds time of one of them
   * @param weightBytes that come from L3 for one of them
   */
  public record Row(
      String name,
      List<Integer> layers,
      double macs,
      double milliwatts,
      double milliseconds,
      double weightBytes) {
    public Row {
      layers = List.copyOf(layers);
    }

    /** MAC/cycle at a clock. */
    public double macPerCycle(double megahertz) {
      return macs / (milliseconds * megahertz * 1e3);
    }
  }

  /** Time of the whole network. */
  public double milliseconds() {
    return rows.stream().mapToDouble(r -> r.milliseconds() * r.layers().size()).sum();
  }

  /** Multiply-accumulates of the whole network. */
  public double macs() {
    return rows.stream().mapToDouble(r -> r.macs() * r.layers().size()).sum();
  }

  /** Energy of the whole network. */
  public double millijoules() {
    return rows.stream()
        .mapToDouble(r -> r.milliwatts() * r.milliseconds() * r.layers().size() * 1e-3)
        .sum();
  }

  /** Cycles of one layer of a row at the source's clock. */
  public double cycles(Row row) {
    return row.milliseconds() * source.clusterMegahertz() * 1e3;
  }
}
