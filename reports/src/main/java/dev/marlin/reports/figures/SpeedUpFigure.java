package dev.marlin.reports.figures;

import dev.marlin.reports.published.PublishedNetwork;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.knowm.xchart.CategoryChart;

/** Cycles of the baseline, and of published systems, over those of the best point. */
final class SpeedUpFigure implements Figure {
  private static final int MOST_MODELS = 24;

  @Override
  public List<Drawing> draw(Report report) {
    Map<String, Map<String, Double>> data = data(report);
    List<String> models =
        report.results().byModel().keySet().stream()
            .filter(m -> data.values().stream().anyMatch(v -> v.containsKey(m)))
            .limit(MOST_MODELS)
            .toList();
    if (models.isEmpty()) {
      return List.of();
    }
    CategoryChart chart =
        Style.categories(
            "",
            "speed-up [x]",
            Math.max(Style.WIDTH, 140 + 46 * models.size()),
            Style.HEIGHT + 130);
    Style.bars(chart, models.size());
    double most =
        data.values().stream()
            .flatMap(v -> v.values().stream())
            .mapToDouble(v -> v)
            .max()
            .orElse(1);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(Math.ceil(most * 2) / 2);
    chart.getStyler().setYAxisDecimalPattern("0.0");
    data.forEach(
        (against, values) -> {
          List<Double> bars = new ArrayList<>();
          models.forEach(model -> bars.add(values.get(model)));
          if (bars.stream().anyMatch(Objects::nonNull)) {
            chart.addSeries(against, models, bars);
          }
        });
    Style.legend(chart);
    // A single bar needs a name, too.
    chart.getStyler().setLegendVisible(true);
    return List.of(
        Drawing.of(
            "speed-up",
            "Speed-up in cycles",
            "Cycles of others over cycles of our fastest point; above 1 we are faster. Against published systems:"
                + " our fastest point within GAP8's memories and cores; their cycles at their own clocks (see the"
                + " table). Against the baseline: the same network and memories.",
            chart));
  }

  /** Speed-up by what it is against and network. */
  static Map<String, Map<String, Double>> data(Report report) {
    Results results = report.results();
    Map<String, Map<String, Double>> data = new LinkedHashMap<>();
    if (results.hasBaseline()) {
      String name = results.info().baseline();
      Map<String, Double> values = new LinkedHashMap<>();
      for (ResultRow row : results.correct()) {
        results
            .best(row.model())
            .filter(best -> best.key().equals(row.key()))
            .ifPresent(
                best ->
                    results.speedUp(best).ifPresent(speedUp -> values.put(best.model(), speedUp)));
      }
      data.put("baseline" + (name.isEmpty() ? "" : ": " + name), values);
    }
    for (PublishedNetwork other : report.published().networks()) {
      if (other.chip().equals("GAP8") && other.cores() == 8) {
        results
            .bestOnGap8(other.model())
            .filter(best -> best.setup().cores() == 8)
            .ifPresent(
                best ->
                    data.computeIfAbsent(other.source().system(), s -> new LinkedHashMap<>())
                        .put(other.model(), other.cycles() / best.cycles()));
      }
    }
    return data;
  }
}
