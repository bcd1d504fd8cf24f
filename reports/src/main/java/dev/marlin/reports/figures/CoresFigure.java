package dev.marlin.reports.figures;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;

/** How much faster more cores are than one, or than the fewest of the sweep. */
final class CoresFigure implements Figure {
  private static final int MOST = 7;

  @Override
  public List<Drawing> draw(Report report) {
    Map<String, NavigableMap<Integer, Double>> data = data(report.results());
    if (data.isEmpty()) {
      return List.of();
    }
    XYChart chart = Style.points("cores", "speed-up over the fewest cores [x]");
    int most = data.values().stream().mapToInt(NavigableMap::lastKey).max().orElseThrow();
    int least = data.values().stream().mapToInt(NavigableMap::firstKey).min().orElseThrow();
    data.forEach(
        (model, speedUps) ->
            chart.addSeries(
                model,
                speedUps.keySet().stream().mapToDouble(c -> c).toArray(),
                speedUps.values().stream().mapToDouble(s -> s).toArray()));
    Style.guide(
        chart.addSeries(
            "as many times as cores",
            new double[] {least, most},
            new double[] {1, (double) most / least}),
        Style.SOFT);
    chart.getStyler().setXAxisDecimalPattern("0");
    chart.getStyler().setXAxisMin((double) least).setXAxisMax((double) most).setYAxisMin(0.0);
    Style.legend(chart);
    return List.of(
        Drawing.of(
            "cores",
            "Scaling over cores",
            "The fastest point for each number of cores, otherwise with the setup of the fastest point of the network.",
            chart));
  }

  /** Speed-up by network and cores; networks with one number of cores are left out. */
  static Map<String, NavigableMap<Integer, Double>> data(Results results) {
    Map<String, NavigableMap<Integer, Double>> data = new LinkedHashMap<>();
    for (String model : results.byModel().keySet()) {
      List<ResultRow> rows = results.correct(model);
      if (rows.isEmpty() || data.size() == MOST) {
        continue;
      }
      ResultRow best = rows.stream().min(Results.FASTEST).orElseThrow();
      TreeMap<Integer, Long> cycles = new TreeMap<>();
      for (ResultRow row : rows) {
        int cores = row.setup().cores();
        if (row.setup().equals(best.setup().withCores(cores))) {
          cycles.merge(cores, row.cycles(), Math::min);
        }
      }
      if (cycles.size() > 1) {
        double slowest = cycles.firstEntry().getValue();
        TreeMap<Integer, Double> speedUps = new TreeMap<>();
        cycles.forEach((cores, value) -> speedUps.put(cores, slowest / value));
        data.put(model, speedUps);
      }
    }
    return data;
  }
}
