package dev.marlin.reports.figures;

import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Report;
import java.awt.Color;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * MAC/cycle of every layer against what it moves through each level of memory, under the roofs of
 * these levels and of compute.
 *
 * <p>Roofs: 4 MAC a cycle and core are what can be issued (four products an instruction), 15.5 on
 * eight cores what PULP-NN's kernels reach (arXiv 1908.11263). Every core reads a word of L1 in a
 * cycle; the DMA moves 8 bytes a cycle between L2 and L1; L3 gives one byte a cycle, that of DORY's
 * board about 0.65 (the FC layer of its table: 1.02 MB in 15.78 ms at 100 MHz).
 *
 * <p>Bytes of L2 and L3 are measured. Those of L1 are what the inner loop of the kernel loads and
 * stores for a multiply-accumulate, as its source counts it: 8 words for 64 in a convolution, 5 for
 * 16 in a fully connected layer, 7 for 36 in a depthwise 3x3 of stride 1.
 */
final class RooflineFigure implements NetworkFigure {
  private static final double ISSUE = 4;
  private static final double KERNEL = 15.5 / 8;
  private static final double LEFT = 0.1;
  private static final double RIGHT = 1e5;
  private static final double LOW = 0.05;

  /** MAC for a byte of L1 in the inner loops, by kind of layer. */
  private static final Map<String, Double> INNER_LOOP =
      Map.of("conv", 64 / 32.0, "pointwise", 64 / 32.0, "fc", 16 / 20.0, "depthwise", 36 / 28.0);

  private static final List<Marker> KINDS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_DOWN);

  /** A level of memory, seen from the cores. */
  enum Level {
    L1(Style.PALETTE[0]),
    L2(Style.PALETTE[2]),
    L3(Style.PALETTE[3]);

    private final Color color;

    Level(Color color) {
      this.color = color;
    }

    private double bytesPerCycle(int cores) {
      return switch (this) {
        case L1 -> 4.0 * cores;
        case L2 -> 8;
        case L3 -> 1;
      };
    }

    private String roof(int cores) {
      return switch (this) {
        case L1 -> "L1: " + 4 * cores + " B/cycle";
        case L2 -> "L2 to L1: 8 B/cycle";
        case L3 -> "L3 to L2: 1 B/cycle";
      };
    }

    /** MAC for each byte that crosses the level; NaN if none does or nobody knows. */
    double intensity(LayerRow layer) {
      return switch (this) {
        case L1 -> INNER_LOOP.getOrDefault(layer.type(), Double.NaN);
        case L2 -> layer.dmaBytes() == 0 ? Double.NaN : (double) layer.macs() / layer.dmaBytes();
        case L3 -> layer.l3Bytes() == 0 ? Double.NaN : (double) layer.macs() / layer.l3Bytes();
      };
    }
  }

  @Override
  public Optional<Drawing> draw(Report report, String model) {
    Optional<ResultRow> best = report.results().best(model);
    if (best.isEmpty()) {
      return Optional.empty();
    }
    Map<Level, Map<String, List<double[]>>> data = data(best.get().measured().layers());
    if (data.values().stream().allMatch(Map::isEmpty)) {
      return Optional.empty();
    }
    int cores = best.get().setup().cores();
    XYChart chart = Style.points("MAC per byte that crosses the level", "MAC/cycle");
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setXAxisMin(LEFT).setXAxisMax(RIGHT).setYAxisMin(LOW).setYAxisMax(100.0);
    Ticks.engineering(chart.getStyler());
    for (Level level : Level.values()) {
      roof(chart, level, cores);
    }
    double[] x = {LEFT, RIGHT};
    line(
        chart,
        cores + (cores == 1 ? " core issues " : " cores issue ") + Math.round(ISSUE * cores),
        x,
        ISSUE * cores,
        Style.INK);
    Style.guide(
        chart.addSeries("kernels of PULP-NN", x, new double[] {KERNEL * cores, KERNEL * cores}),
        Style.SOFT);
    List<String> kinds =
        data.values().stream().flatMap(m -> m.keySet().stream()).distinct().toList();
    data.forEach(
        (level, points) ->
            points.forEach(
                (kind, layers) -> points(chart, level, kind, kinds.indexOf(kind), layers)));
    Style.legendBeside(chart);
    return Optional.of(
        Drawing.of(
            "roofline-" + NetworkFigure.file(model),
            "Roofline",
            model
                + " at "
                + best.get().configuration()
                + ": every layer once for each level of memory, in the colour of its roof; the marker says what kind it is."
                + " Where a layer touches a roof, that level binds it. Bytes of L2 and L3 as moved; of L1, what the"
                + " kernel's inner loop loads and stores. Layers that move nothing through a level have no point there.",
            chart));
  }

  private static void points(
      XYChart chart, Level level, String kind, int index, List<double[]> layers) {
    XYSeries series =
        Style.scatter(
            chart.addSeries(
                // Names must differ: the legend shows the kinds once, those of L2.
                level == Level.L2 ? kind : kind + ", " + level,
                layers.stream().mapToDouble(p -> p[0]).toArray(),
                layers.stream().mapToDouble(p -> p[1]).toArray()));
    series.setMarkerColor(level.color);
    series.setMarker(KINDS.get(index % KINDS.size()));
    series.setShowInLegend(level == Level.L2);
  }

  private static void roof(XYChart chart, Level level, int cores) {
    double slope = level.bytesPerCycle(cores);
    double ridge = ISSUE * cores / slope;
    double left = Math.max(LEFT, LOW / slope);
    XYSeries series =
        chart.addSeries(
            level.roof(cores),
            new double[] {left, ridge},
            new double[] {left * slope, ISSUE * cores});
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(level.color);
  }

  private static void line(XYChart chart, String name, double[] x, double y, Color color) {
    XYSeries series = chart.addSeries(name, x, new double[] {y, y});
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
  }

  /**
   * MAC per byte and MAC/cycle, by level and kind of layer; layers without products are left out.
   */
  static Map<Level, Map<String, List<double[]>>> data(List<LayerRow> layers) {
    Map<Level, Map<String, List<double[]>>> data = new EnumMap<>(Level.class);
    for (Level level : Level.values()) {
      Map<String, List<double[]>> points = new LinkedHashMap<>();
      for (LayerRow layer : layers) {
        double intensity = level.intensity(layer);
        if (layer.macs() > 0 && layer.cycles() > 0 && intensity > 0) {
          points
              .computeIfAbsent(layer.type(), t -> new ArrayList<>())
              .add(new double[] {Math.min(RIGHT, Math.max(LEFT, intensity)), layer.macPerCycle()});
        }
      }
      data.put(level, points);
    }
    return data;
  }
}
