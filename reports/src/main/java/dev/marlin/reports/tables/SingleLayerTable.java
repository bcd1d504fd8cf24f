package dev.marlin.reports.tables;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.ArrayList;
import java.util.List;

/** Networks of one layer: MAC/cycle by tiling policy, beside the peaks that others published. */
final class SingleLayerTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    Results results = report.results();
    List<String> models =
        results.byModel().keySet().stream()
            .filter(m -> results.best(m).filter(b -> b.measured().layers().size() == 1).isPresent())
            .toList();
    if (models.isEmpty()) {
      return List.of();
    }
    List<String> tilings =
        results.correct().stream()
            .filter(row -> models.contains(row.model()) && isPlain(row))
            .map(row -> row.setup().tiling())
            .distinct()
            .toList();
    if (tilings.isEmpty()) {
      return List.of();
    }
    Sheet sheet =
        new Sheet("single-layers", "Single layers on GAP8, 8 cores")
            .text("layer")
            .number("MMAC", 2, Best.NONE);
    tilings.forEach(t -> sheet.number(t + " [MAC/cycle]", 2, Best.HIGHEST_OF_ROW));
    sheet.count("cycles of the best", Best.NONE).text("tile of the best (HxWxC)").text("bound by");
    for (String model : models) {
      List<ResultRow> rows =
          results.correct(model).stream().filter(SingleLayerTable::isPlain).toList();
      if (rows.isEmpty()) {
        continue;
      }
      ResultRow best = rows.stream().min(Results.FASTEST).orElseThrow();
      List<Object> cells = new ArrayList<>();
      cells.add(model);
      cells.add(best.measured().macs() / 1e6);
      for (String tiling : tilings) {
        cells.add(
            rows.stream()
                .filter(row -> row.setup().tiling().equals(tiling))
                .min(Results.FASTEST)
                .map(ResultRow::macPerCycle)
                .orElse(Double.NaN));
      }
      cells.add(best.cycles());
      cells.add(best.measured().layers().get(0).tile());
      cells.add(best.measured().layers().get(0).bound());
      sheet.linkedRow("points/" + best.key() + ".html", cells.toArray());
    }
    return List.of(
        sheet.note(
            "Published for comparison: PULP-NN kernels reach 15.5 MAC/cycle with all data in L1 (arXiv 1908.11263 [primary]); the DORY paper claims up to 2.5x AutoTiler and 18.1x an STM32 on single layers (arXiv 2008.07127 [primary]), whose bars could not be read."));
  }

  private static boolean isPlain(ResultRow row) {
    return row.setup().isGap8() && row.setup().cores() == 8 && row.setup().heuristics().isEmpty();
  }
}
