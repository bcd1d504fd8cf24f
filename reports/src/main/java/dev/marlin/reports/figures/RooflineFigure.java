package dev.marlin.reports.figures;

import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * MAC/cycle of every layer against what it moves: under the roofs of compute and of the levels of
 * memory.
 *
 * <p>Roofs: 32 MAC/cycle are what eight cores can issue (four products an instruction), 15.5 what
 * PULP-NN's kernels reach (arXiv 1908.11263); L2 gives L1 8 bytes a cycle, L3 about 0.65 (the FC
 * layer of DORY's board table: 1.02 MB in 15.78 ms at 100 MHz).
 */
final class RooflineFigure implements NetworkFigure {
  private static final double ISSUE = 4;
  private static final double KERNEL = 15.5 / 8;
  private static final double L2_BYTES = 8;
  private static final double L3_BYTES = 0.65;
  private static final double LEFT = 0.1;
  private static final double RIGHT = 1e5;

  @Override
  public Optional<Drawing> draw(Report report, String model) {
    Optional<ResultRow> best = report.results().best(model);
    if (best.isEmpty()) {
      return Optional.empty();
    }
    Map<String, List<double[]>> data = data(best.get().measured().layers());
    if (data.isEmpty()) {
      return Optional.empty();
    }
    int cores = best.get().setup().cores();
    double right = RIGHT;
    XYChart chart = Style.points("MAC per byte that crosses the level", "MAC/cycle");
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setXAxisMin(LEFT).setXAxisMax(right).setYAxisMin(0.05).setYAxisMax(60.0);
    Ticks.engineering(chart.getStyler());
    roof(
        chart,
        "L3 to L2: " + L3_BYTES + " B/cycle",
        L3_BYTES,
        ISSUE * cores,
        right,
        Style.PALETTE[3]);
    roof(chart, "L2 to L1: 8 B/cycle", L2_BYTES, ISSUE * cores, right, Style.PALETTE[1]);
    Style.guide(
        chart.addSeries(
            "kernels of PULP-NN",
            new double[] {LEFT, right},
            new double[] {KERNEL * cores, KERNEL * cores}),
        Style.SOFT);
    int index = 0;
    for (Map.Entry<String, List<double[]>> entry : data.entrySet()) {
      var series =
          Style.scatter(
              chart.addSeries(
                  entry.getKey(),
                  entry.getValue().stream().mapToDouble(p -> p[0]).toArray(),
                  entry.getValue().stream().mapToDouble(p -> p[1]).toArray()));
      series.setMarkerColor(Style.PALETTE[new int[] {0, 2, 4, 5, 6, 7}[index % 6]]);
      series.setMarker(
          List.of(
                  SeriesMarkers.CIRCLE,
                  SeriesMarkers.SQUARE,
                  SeriesMarkers.TRIANGLE_UP,
                  SeriesMarkers.DIAMOND)
              .get(index % 4));
      index++;
    }
    Style.legend(chart);
    return Optional.of(
        Drawing.of(
            "roofline-" + NetworkFigure.file(model),
            "Roofline",
            model
                + " at "
                + best.get().configuration()
                + ": layers by MAC per byte that they move between L3 and L2 (right edge: none). A layer on the"
                + " lower slope is bound by L3; the level roof is what "
                + cores
                + (cores == 1 ? " core" : " cores")
                + " can issue.",
            chart));
  }

  private static void roof(
      XYChart chart,
      String name,
      double bytesPerCycle,
      double peak,
      double right,
      java.awt.Color color) {
    double ridge = peak / bytesPerCycle;
    var series =
        chart.addSeries(
            name,
            new double[] {LEFT, ridge, right},
            new double[] {LEFT * bytesPerCycle, peak, peak});
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
  }

  /** MAC per byte of L3 and MAC/cycle, by kind of layer; layers without products are left out. */
  static Map<String, List<double[]>> data(List<LayerRow> layers) {
    Map<String, List<double[]>> data = new LinkedHashMap<>();
    for (LayerRow layer : layers) {
      if (layer.macs() > 0) {
        double intensity = layer.l3Bytes() == 0 ? RIGHT : (double) layer.macs() / layer.l3Bytes();
        data.computeIfAbsent(layer.type(), t -> new ArrayList<>())
            .add(new double[] {Math.min(RIGHT, Math.max(LEFT, intensity)), layer.macPerCycle()});
      }
    }
    return data;
  }
}
