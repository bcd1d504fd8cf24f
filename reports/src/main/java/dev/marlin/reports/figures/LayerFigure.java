package dev.marlin.reports.figures;

import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;

/** Where the cycles of the fastest point go: a stacked bar for each layer. */
final class LayerFigure implements NetworkFigure {
  private static final int MOST = 120;
  private static final List<String> PARTS = List.of("compute", "DMA wait", "L3 wait", "overhead");

  @Override
  public Optional<Drawing> draw(Report report, String model) {
    Optional<ResultRow> best = report.results().best(model);
    if (best.isEmpty() || best.get().measured().layers().size() < 2) {
      return Optional.empty();
    }
    List<LayerRow> layers = best.get().measured().layers().stream().limit(MOST).toList();
    boolean split = layers.stream().allMatch(layer -> layer.split().isPresent());
    List<String> names = layers.stream().map(l -> l.index() + " " + l.type()).toList();
    CategoryChart chart =
        Style.categories(
            "", "kilocycles", Math.max(Style.WIDTH, 100 + 22 * layers.size()), Style.HEIGHT + 60);
    chart.getStyler().setStacked(split);
    chart.getStyler().setXAxisLabelRotation(90);
    chart.getStyler().setXAxisMaxLabelCount(Math.max(2, names.size()));
    chart.getStyler().setYAxisDecimalPattern("#,##0.##");
    List<List<Double>> data = data(layers);
    for (int i = 0; i < data.size(); i++) {
      chart
          .addSeries(split ? PARTS.get(i) : "cycles", names, data.get(i))
          .setFillColor(Style.part(i));
    }
    Style.legend(chart);
    return Optional.of(
        Drawing.of(
            "layers-" + NetworkFigure.file(model),
            "Cycles by layer",
            model
                + " at "
                + best.get().configuration()
                + ": where the cycles of each layer go"
                + (split
                    ? "; waiting for DMA is between L2 and L1, for L3 between L3 and L2."
                    : "; this executor does not tell waiting from computing."),
            chart));
  }

  /** Kilocycles of the layers: four lists if all layers are split, else one. */
  static List<List<Double>> data(List<LayerRow> layers) {
    List<List<Double>> data = new ArrayList<>();
    if (layers.stream().anyMatch(layer -> layer.split().isEmpty())) {
      data.add(layers.stream().map(layer -> layer.cycles() / 1e3).toList());
      return data;
    }
    data.add(layers.stream().map(l -> l.split().orElseThrow().compute() / 1e3).toList());
    data.add(layers.stream().map(l -> l.split().orElseThrow().dmaWait() / 1e3).toList());
    data.add(layers.stream().map(l -> l.split().orElseThrow().l3Wait() / 1e3).toList());
    data.add(layers.stream().map(l -> l.split().orElseThrow().overhead() / 1e3).toList());
    return data;
  }
}
