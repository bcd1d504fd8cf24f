package dev.marlin.reports;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/**
 * MAC/cycle by network, a bar for each configuration. Only correct points are drawn; a
 * configuration that a network does not fit leaves a gap. More than {@value #MOST_SERIES}
 * configurations cannot be told apart: the best on average are drawn.
 */
final class ModelFigure implements Figure {

  static final int MOST_SERIES = 8;

  @Override
  public String file() {
    return "mac-per-cycle";
  }

  @Override
  public String caption(List<ResultRow> rows) {
    long drawn = rows.stream().filter(ResultRow::isCorrect).count();
    int configurations = averages(rows).size();
    String text = "MAC/cycle end to end, L3 transfers included; higher is better. ";
    if (configurations > MOST_SERIES) {
      text += "The " + MOST_SERIES + " best of " + configurations + " configurations. ";
    }
    long left = rows.size() - drawn;
    return left == 0
        ? text
        : text
            + "Not drawn: "
            + left
            + " of "
            + rows.size()
            + " points, which have no correct result.";
  }

  @Override
  public Optional<CategoryChart> draw(List<ResultRow> rows) {
    List<String> models =
        rows.stream()
            .filter(ResultRow::isCorrect)
            .sorted(Comparator.comparingLong(ResultRow::macs).thenComparing(ResultRow::model))
            .map(ResultRow::model)
            .distinct()
            .toList();
    if (models.isEmpty()) {
      return Optional.empty();
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(Math.max(720, 120 + 70 * models.size()))
            .height(600)
            .xAxisTitle("network")
            .yAxisTitle("MAC/cycle")
            .build();
    Style.apply(chart);
    chart.getStyler().setAvailableSpaceFill(0.85).setOverlapped(false);
    chart.getStyler().setXAxisLabelRotation(models.size() > 4 ? 90 : 0);
    chart.getStyler().setXAxisMaxLabelCount(models.size()); // every network has its name
    data(rows)
        .forEach(
            (configuration, best) -> {
              List<Double> values = new ArrayList<>();
              models.forEach(model -> values.add(best.get(model)));
              chart.addSeries(configuration, models, values);
            });
    return Optional.of(chart);
  }

  /** MAC/cycle by configuration (the best on average, in order of memory) and network. */
  static Map<String, Map<String, Double>> data(List<ResultRow> rows) {
    List<String> kept =
        averages(rows).entrySet().stream()
            .sorted(
                Map.Entry.<String, Double>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(MOST_SERIES)
            .map(Map.Entry::getKey)
            .toList();
    Map<String, Map<String, Double>> data = new LinkedHashMap<>();
    rows.stream()
        .filter(row -> row.isCorrect() && kept.contains(row.configuration()))
        .sorted(
            Comparator.comparingLong(ResultRow::l1Bytes)
                .thenComparingLong(ResultRow::l2Bytes)
                .thenComparingInt(ResultRow::cores)
                .thenComparing(ResultRow::tiling))
        .forEach(
            row ->
                data.computeIfAbsent(row.configuration(), c -> new LinkedHashMap<>())
                    .merge(row.model(), row.macPerCycle(), Math::max));
    return data;
  }

  private static Map<String, Double> averages(List<ResultRow> rows) {
    return rows.stream()
        .filter(ResultRow::isCorrect)
        .collect(groupingBy(ResultRow::configuration, averagingDouble(ResultRow::macPerCycle)));
  }
}
