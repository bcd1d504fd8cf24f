package dev.marlin.reports.figures;

import dev.marlin.reports.published.PublishedNetwork;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;

/** MAC/cycle on GAP8 by tiling policy, beside what others published for the same networks. */
final class FamilyFigure implements Figure {
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
            "", "MAC/cycle", Math.max(Style.WIDTH, 140 + 46 * models.size()), Style.HEIGHT + 130);
    Style.bars(chart, models.size());
    data.forEach(
        (system, values) -> {
          List<Double> bars = new ArrayList<>();
          models.forEach(model -> bars.add(values.get(model)));
          if (bars.stream().anyMatch(bar -> bar != null)) {
            chart.addSeries(system, models, bars);
          }
        });
    Style.legend(chart);
    return List.of(
        Drawing.of(
            "family",
            "GAP8 beside published results",
            "MAC/cycle end to end on GAP8 with 8 cores. Marlin: fastest point of a tiling policy within GAP8's"
                + " memories, FC and cluster at one clock. AutoTiler: GreenWaves, cluster 175 MHz, FC 250 MHz"
                + " [primary, MAC/cycle derived]. DORY: arXiv 2008.07127, abstract, 100 MHz [primary, derived];"
                + " AI-deck: one public log [single source].",
            chart));
  }

  /** MAC/cycle by system and network; only networks that others published, too. */
  static Map<String, Map<String, Double>> data(Report report) {
    Map<String, Map<String, Double>> data = new LinkedHashMap<>();
    List<PublishedNetwork> others =
        report.published().networks().stream()
            .filter(n -> n.chip().equals("GAP8") && n.cores() == 8 && n.macs() > 0)
            .toList();
    for (ResultRow row : report.results().correct()) {
      boolean known = others.stream().anyMatch(n -> n.model().equals(row.model()));
      if (known
          && row.setup().isGap8()
          && row.setup().cores() == 8
          && row.setup().heuristics().isEmpty()) {
        data.computeIfAbsent("Marlin, " + row.setup().tiling(), t -> new LinkedHashMap<>())
            .merge(row.model(), row.macPerCycle(), Math::max);
      }
    }
    Results results = report.results();
    for (PublishedNetwork other : others) {
      if (data.values().stream().anyMatch(v -> v.containsKey(other.model()))
          && results.bestOnGap8(other.model()).isPresent()) {
        data.computeIfAbsent(other.source().system(), s -> new LinkedHashMap<>())
            .put(other.model(), other.macPerCycle());
      }
    }
    return data;
  }
}
