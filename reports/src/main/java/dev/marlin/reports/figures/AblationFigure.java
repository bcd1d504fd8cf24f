package dev.marlin.reports.figures;

import dev.marlin.reports.studies.HeuristicStudy;
import dev.marlin.reports.studies.HeuristicStudy.Effect;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.CategoryChart;

/**
 * What the terms of a tiling policy do: MAC/cycle by layer kind for each set of weights, and what
 * every network loses.
 */
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
    Map<String, List<Effect>> byNetwork = HeuristicStudy.byNetwork(report.results());
    byPolicy.forEach(
        (tiling, effects) -> {
          drawings.add(draw(tiling, effects));
          if (byNetwork.size() > 1) {
            drawings.add(losses(tiling, effects, byNetwork));
          }
        });
    return drawings;
  }

  /** Per cent of cycles that a network loses by each change of the weights. */
  private static Drawing losses(
      String tiling, List<Effect> effects, Map<String, List<Effect>> byNetwork) {
    // What changes most first: the rest would be bars of no height.
    List<String> variants =
        effects.stream()
            .filter(e -> !e.variant().equals(HeuristicStudy.OWN))
            .sorted(Comparator.comparingDouble(e -> -Math.abs(Math.log(e.slowDown()))))
            .limit(MOST)
            .map(Effect::variant)
            .toList();
    CategoryChart chart =
        Style.categories(
            "",
            "cycles more than with own weights [%]",
            Math.max(Style.WIDTH, 160 + 80 * variants.size()),
            Style.HEIGHT + 140);
    List<String> names = names(variants);
    turn(chart, names);
    byNetwork.entrySet().stream()
        .limit(Style.PALETTE.length)
        .forEach(
            network -> {
              Map<String, Double> losses = new HashMap<>();
              for (Effect effect : network.getValue()) {
                if (effect.tiling().equals(tiling)) {
                  losses.put(effect.variant(), 100 * (effect.slowDown() - 1));
                }
              }
              List<Double> bars = new ArrayList<>();
              variants.forEach(variant -> bars.add(losses.get(variant)));
              if (!losses.isEmpty()) {
                chart.addSeries(network.getKey(), names, bars);
              }
            });
    Style.legend(chart);
    return Drawing.of(
        "heuristics-networks-" + NetworkFigure.file(tiling),
        "Heuristics of " + tiling + " by network",
        "Cycles of each network by the weights of the policy's heuristics, against the policy's own; below 0 the change helps."
            + (effects.size() - 1 > variants.size()
                ? " The "
                    + variants.size()
                    + " of "
                    + (effects.size() - 1)
                    + " sets of weights that change most."
                : ""),
        chart);
  }

  /** Names that fit under bars; bars are told apart by them. */
  private static List<String> names(List<String> variants) {
    List<String> names = new ArrayList<>();
    for (String variant : variants) {
      String name = variant.length() > LONGEST ? variant.substring(0, LONGEST - 1) + "…" : variant;
      names.add(names.contains(name) ? name + " #" + names.size() : name);
    }
    return names;
  }

  private static void turn(CategoryChart chart, List<String> names) {
    Style.bars(chart, names.size());
    boolean turned = names.stream().anyMatch(v -> v.length() > 12) || names.size() > 6;
    chart.getStyler().setXAxisLabelRotation(turned ? 60 : 0);
  }

  private static Drawing draw(String tiling, List<Effect> effects) {
    // The policy's own weights, then what changes most.
    List<Effect> shown =
        effects.stream()
            .sorted(
                Comparator.comparingDouble(
                    e ->
                        e.variant().equals(HeuristicStudy.OWN)
                            ? Double.NEGATIVE_INFINITY
                            : -Math.abs(Math.log(e.slowDown()))))
            .limit(MOST)
            .toList();
    List<String> variants = names(shown.stream().map(Effect::variant).toList());
    List<String> types =
        shown.stream()
            .flatMap(e -> e.macPerCycleByType().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    CategoryChart chart =
        Style.categories(
            "", "MAC/cycle", Math.max(Style.WIDTH, 160 + 80 * shown.size()), Style.HEIGHT + 140);
    turn(chart, variants);
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
                ? " The " + MOST + " of " + effects.size() + " sets of weights that change most."
                : ""),
        chart);
  }
}
