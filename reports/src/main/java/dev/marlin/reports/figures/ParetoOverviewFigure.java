package dev.marlin.reports.figures;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Pareto;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** The Pareto front of every network: memory against cycles relative to its best. */
final class ParetoOverviewFigure implements Figure {
  static final int MOST = 8;

  @Override
  public List<Drawing> draw(Report report) {
    Map<String, List<double[]>> data = data(report.results());
    if (data.isEmpty()) {
      return List.of();
    }
    XYChart chart = Style.points("L1 + L2 [KiB]", "cycles / cycles of the fastest point");
    data.forEach(
        (model, front) ->
            chart.addSeries(
                model,
                front.stream().mapToDouble(p -> p[0]).toArray(),
                front.stream().mapToDouble(p -> p[1]).toArray()));
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    Style.legend(chart);
    chart.getStyler().setLegendVisible(true);
    long all = data.size();
    String some =
        report.results().byModel().size() > all
            ? " Drawn: "
                + all
                + " of "
                + report.results().byModel().size()
                + " networks, those with the longest fronts."
            : "";
    return List.of(
        Drawing.of(
            "pareto",
            "Pareto fronts",
            "The points that no other point of their network beats in both cycles and memory; lower and further left is better."
                + some,
            chart));
  }

  /** KiB and relative cycles of the fronts; networks with only one point on it are left out. */
  static Map<String, List<double[]>> data(Results results) {
    Map<String, List<double[]>> data = new LinkedHashMap<>();
    results.byModel().keySet().stream()
        .map(
            model ->
                Pareto.front(
                    results.correct(model), r -> r.setup().memoryBytes(), ResultRow::cycles))
        .filter(front -> front.size() > 1)
        .sorted((a, b) -> Integer.compare(b.size(), a.size()))
        .limit(MOST)
        .forEach(
            front -> {
              double best = front.stream().mapToLong(ResultRow::cycles).min().orElseThrow();
              List<double[]> points = new ArrayList<>();
              front.forEach(
                  row ->
                      points.add(
                          new double[] {row.setup().memoryBytes() / 1024.0, row.cycles() / best}));
              data.put(front.get(0).model(), points);
            });
    return data;
  }
}
