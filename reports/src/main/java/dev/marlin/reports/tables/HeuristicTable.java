package dev.marlin.reports.tables;

import dev.marlin.reports.studies.HeuristicStudy;
import dev.marlin.reports.studies.HeuristicStudy.Effect;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every change of a policy's weights costs, over all networks and by layer kind. */
final class HeuristicTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    List<Effect> effects = HeuristicStudy.of(report.results());
    if (effects.isEmpty()) {
      return List.of();
    }
    List<String> types =
        effects.stream()
            .flatMap(e -> e.macPerCycleByType().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    Sheet sheet =
        new Sheet(
                "heuristics",
                "Heuristics of the tiling policies: cycles against the policy's own weights")
            .text("network")
            .text("policy")
            .text("weights")
            .count("points", Best.NONE)
            .number("cycles / own", 3, Best.LOWEST);
    types.forEach(type -> sheet.number(type + " [MAC/cycle]", 2, Best.HIGHEST));
    Map<String, List<Effect>> byNetwork = HeuristicStudy.byNetwork(report.results());
    add(
        sheet,
        byNetwork.size() == 1 ? byNetwork.keySet().iterator().next() : "all",
        effects,
        types);
    if (byNetwork.size() > 1) {
      byNetwork.forEach((model, own) -> add(sheet, model, own, types));
    }
    return List.of(
        sheet.note(
            "Geometric mean over points that differ in nothing but the weights; above 1 is slower. MAC/cycle over all layers of a kind."));
  }

  private static void add(Sheet sheet, String network, List<Effect> effects, List<String> types) {
    for (Effect effect : effects) {
      List<Object> cells = new ArrayList<>();
      cells.add(network);
      cells.add(effect.tiling());
      cells.add(effect.variant());
      cells.add(effect.points());
      cells.add(effect.slowDown());
      types.forEach(type -> cells.add(effect.macPerCycleByType().getOrDefault(type, Double.NaN)));
      sheet.row(cells.toArray());
    }
  }
}
