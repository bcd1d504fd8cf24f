package dev.marlin.reports.figures;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;

/**
 * MAC/cycle by network, a bar for each configuration. A configuration that a network does not fit
 * leaves a gap. More than {@value #MOST_SERIES} configurations cannot be told apart: those that
 * most networks have are drawn, of these the best on average.
 */
final class ConfigurationFigure implements Figure {
  static final int MOST_SERIES = 6;
  private static final int MOST_MODELS = 24;

  @Override
  public List<Drawing> draw(Report report) {
    Results results = report.results();
    List<String> models =
        results.byModel().keySet().stream().filter(m -> results.best(m).isPresent()).toList();
    if (models.isEmpty() || models.size() > MOST_MODELS) {
      return List.of();
    }
    Map<String, Map<String, Double>> data = data(results);
    CategoryChart chart =
        Style.categories(
            "",
            "MAC/cycle",
            Math.max(Style.WIDTH, 120 + 50 * models.size()),
            Style.HEIGHT + (models.size() > 4 ? 120 : 0) + 18 * data.size());
    Style.bars(chart, models.size());
    data.forEach(
        (configuration, best) -> {
          List<Double> values = new ArrayList<>();
          models.forEach(model -> values.add(best.get(model)));
          chart.addSeries(configuration.isEmpty() ? "all" : configuration, models, values);
        });
    Style.legend(chart);
    return List.of(
        Drawing.of("mac-per-cycle", "MAC/cycle by network", caption(results, data.size()), chart));
  }

  private static String caption(Results results, int drawn) {
    long configurations = results.correct().stream().map(results::setupLabel).distinct().count();
    String text = "MAC/cycle end to end, L3 transfers included; higher is better.";
    if (configurations > drawn) {
      text +=
          " Of " + configurations + " configurations, the " + drawn + " that most networks have.";
    }
    int left = results.rows().size() - results.correct().size();
    return left == 0
        ? text
        : text
            + " Not drawn: "
            + left
            + " of "
            + results.rows().size()
            + " points, which have no correct result.";
  }

  /**
   * MAC/cycle by configuration (those that most networks have, in the sweep's order) and network.
   */
  static Map<String, Map<String, Double>> data(Results results) {
    Map<String, List<ResultRow>> labelled =
        results.correct().stream()
            .collect(
                groupingBy(
                    results::setupLabel, LinkedHashMap::new, java.util.stream.Collectors.toList()));
    Map<String, Long> networks = new LinkedHashMap<>();
    labelled.forEach(
        (label, rows) ->
            networks.put(label, rows.stream().map(ResultRow::model).distinct().count()));
    Map<String, Double> averages = new LinkedHashMap<>();
    labelled.forEach(
        (label, rows) ->
            averages.put(label, rows.stream().collect(averagingDouble(ResultRow::macPerCycle))));
    List<String> kept =
        averages.entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<String, Double> e) -> -networks.getOrDefault(e.getKey(), 0L))
                    .thenComparingDouble(e -> -e.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(MOST_SERIES)
            .map(Map.Entry::getKey)
            .toList();
    Map<String, Map<String, Double>> data = new LinkedHashMap<>();
    labelled.forEach(
        (label, rows) -> {
          if (kept.contains(label)) {
            Map<String, Double> values = new LinkedHashMap<>();
            rows.forEach(row -> values.merge(row.model(), row.macPerCycle(), Math::max));
            data.put(label, values);
          }
        });
    return data;
  }
}
