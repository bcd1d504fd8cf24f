package dev.marlin.reports.tables;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.ArrayList;
import java.util.List;

/** The answer: the fastest point of every network, and what it is faster than. */
final class BestTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    Results results = report.results();
    Sheet sheet =
        new Sheet("best", "The fastest point of every network")
            .text("network")
            .text("L1 / L2")
            .count("cores", Best.NONE)
            .text("tiling")
            .count("cycles", Best.NONE)
            .number("MAC/cycle", 2, Best.HIGHEST)
            .text("clock")
            .number("time [ms]", 2, Best.NONE)
            .number("energy [mJ]", 3, Best.NONE)
            .number("slowest / best", 2, Best.NONE);
    if (results.hasBaseline()) {
      sheet.number("speed-up over baseline", 2, Best.HIGHEST);
    }
    for (String model : results.byModel().keySet()) {
      results.best(model).ifPresent(best -> add(sheet, report, best));
    }
    if (!results.info().baseline().isEmpty()) {
      sheet.note("Baseline: " + results.info().baseline() + ".");
    }
    sheet.note("Energy by the power model, without the I/O domain and HyperRAM.");
    return sheet.size() == 0 ? List.of() : List.of(sheet);
  }

  private static void add(Sheet sheet, Report report, ResultRow best) {
    Results results = report.results();
    long slowest =
        results.correct(best.model()).stream()
            .mapToLong(ResultRow::cycles)
            .max()
            .orElse(best.cycles());
    List<Object> cells =
        new ArrayList<>(
            List.of(
                best.model(),
                best.setup().memories(),
                best.setup().cores(),
                best.setup().policy(),
                best.cycles(),
                best.macPerCycle(),
                report.clock(best),
                best.milliseconds(),
                report.millijoules(best),
                (double) slowest / best.cycles()));
    if (results.hasBaseline()) {
      cells.add(results.speedUp(best).orElse(Double.NaN));
    }
    sheet.linkedRow("points/" + best.key() + ".html", cells.toArray());
  }
}
