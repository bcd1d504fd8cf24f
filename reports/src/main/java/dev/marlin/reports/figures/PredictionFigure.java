package dev.marlin.reports.figures;

import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Cycles as the cost model predicts them against cycles as they were measured, layer by layer. */
final class PredictionFigure implements Figure {
  private static final int MOST = 3000;

  @Override
  public List<Drawing> draw(Report report) {
    Map<String, List<double[]>> data = data(report.results().correct());
    if (data.isEmpty()) {
      return List.of();
    }
    XYChart chart = Style.points("measured [cycles]", "predicted [cycles]");
    Diagonal.draw(chart, data.values().stream().flatMap(List::stream).toList(), 0.1);
    data.forEach(
        (type, points) ->
            Style.scatter(
                chart.addSeries(
                    type,
                    points.stream().mapToDouble(p -> p[0]).toArray(),
                    points.stream().mapToDouble(p -> p[1]).toArray())));
    chart.getStyler().setMarkerSize(5);
    Style.legendInside(chart);
    double error =
        data.values().stream()
            .flatMap(List::stream)
            .mapToDouble(p -> Math.abs(p[1] / p[0] - 1))
            .average()
            .orElse(Double.NaN);
    long drawn = data.values().stream().mapToLong(List::size).sum();
    return List.of(
        Drawing.of(
            "prediction",
            "Predicted and measured",
            "Cycles of layers by the cost model of the tiling policy against measured ones; dashed: 10 % off. Mean error of the "
                + Units.count(drawn)
                + " layers drawn: "
                + Units.decimal(100 * error, 1)
                + " %.",
            chart));
  }

  /** Measured and predicted cycles by kind of layer, evenly sampled if there are many. */
  static Map<String, List<double[]>> data(List<ResultRow> rows) {
    Map<String, List<double[]>> data = new LinkedHashMap<>();
    long all = rows.stream().mapToLong(row -> row.measured().layers().size()).sum();
    long every = Math.max(1, (all + MOST - 1) / MOST);
    long number = 0;
    for (ResultRow row : rows) {
      for (LayerRow layer : row.measured().layers()) {
        if (number++ % every == 0 && layer.predictedCycles() > 0 && layer.cycles() > 0) {
          data.computeIfAbsent(layer.type(), t -> new ArrayList<>())
              .add(new double[] {layer.cycles(), layer.predictedCycles()});
        }
      }
    }
    return data;
  }
}
