package dev.marlin.reports.figures;

import dev.marlin.reports.studies.HeuristicStudy;
import dev.marlin.reports.studies.HeuristicStudy.Effect;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;

/** What the terms of a tiling policy do: MAC/cycle by layer kind for each set of weights. */
final class AblationFigure implements Figure {
  private static final int MOST = 10;
  private static final int LONGEST = 34;

  @Override
  public List<Drawing> draw(Report report) {
    Map<String, List<Effect>> byPolicy = new LinkedHashMap<>();
    for (Effect effect : HeuristicStudy.of(report.results())) {
      byPolicy.computeIfAbsent(effect.tiling(), t -> new ArrayList<>()).add(effect);
    }
    List<Drawing> drawings = new ArrayList<>();
    byPolicy.forEach((tiling, effects) -> drawings.add(draw(tiling, effects)));
    return drawings;
  }

  private static Drawing draw(String tiling, List<Effect> effects) {
    List<Effect> shown = effects.stream().limit(MOST).toList();
    List<String> variants = new ArrayList<>();
    for (Effect effect : shown) {
      String name = effect.variant();
      name = name.length() > LONGEST ? name.substring(0, LONGEST - 1) + "…" : name;
      // Bars are told apart by their names.
      variants.add(variants.contains(name) ? name + " #" + variants.size() : name);
    }
    List<String> types =
        shown.stream()
            .flatMap(e -> e.macPerCycleByType().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    CategoryChart chart =
        Style.categories(
            "", "MAC/cycle", Math.max(Style.WIDTH, 160 + 80 * shown.size()), Style.HEIGHT + 140);
    boolean turned = variants.stream().anyMatch(v -> v.length() > 12) || shown.size() > 6;
    chart.getStyler().setXAxisLabelRotation(turned ? 60 : 0);
    chart.getStyler().setXAxisMaxLabelCount(Math.max(2, variants.size()));
    for (String type : types) {
      List<Double> bars = new ArrayList<>();
      shown.forEach(effect -> bars.add(effect.macPerCycleByType().get(type)));
      chart.addSeries(type, variants, bars);
    }
    Style.legend(chart);
    return Drawing.of(
        "heuristics-" + NetworkFigure.file(tiling),
        "Heuristics of " + tiling,
        "MAC/cycle over all layers of a kind, by the weights of the policy's heuristics; points that differ in nothing else."
            + (effects.size() > MOST
                ? " The first " + MOST + " of " + effects.size() + " sets of weights."
                : ""),
        chart);
  }
}
