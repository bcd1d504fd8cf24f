package dev.marlin.reports.tables;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.List;

/** The points of one network, the fastest first. */
public final class NetworkTable {
  private static final int MOST = 200;

  private NetworkTable() {}

  /** The table of a network. */
  public static Sheet of(Report report, String model) {
    Results results = report.results();
    Sheet sheet =
        new Sheet("points-of-network", "Points of " + model)
            .text("configuration")
            .text("outcome")
            .count("cycles", Best.LOWEST)
            .number("MAC/cycle", 2, Best.NONE)
            .text("clock")
            .number("time [ms]", 2, Best.NONE)
            .number("energy [mJ]", 3, Best.LOWEST)
            .text("why");
    List<ResultRow> correct = results.correct(model).stream().sorted(Results.FASTEST).toList();
    List<ResultRow> others =
        results.byModel().getOrDefault(model, List.of()).stream()
            .filter(row -> !row.isCorrect())
            .toList();
    correct.stream().limit(MOST).forEach(row -> correct(sheet, report, row));
    others.stream()
        .limit(Math.max(0, MOST - correct.size()))
        .forEach(
            row ->
                sheet.linkedRow(
                    "points/" + row.key() + ".html",
                    row.configuration(),
                    row.outcome().words(),
                    null,
                    null,
                    "",
                    null,
                    null,
                    row.problem().message()));
    int all = correct.size() + others.size();
    return all > MOST
        ? sheet.note("The first " + MOST + " of " + all + "; all are on the index page.")
        : sheet;
  }

  private static void correct(Sheet sheet, Report report, ResultRow row) {
    sheet.linkedRow(
        "points/" + row.key() + ".html",
        row.configuration(),
        row.outcome().words(),
        row.cycles(),
        row.macPerCycle(),
        report.clock(row),
        row.milliseconds(),
        report.millijoules(row),
        "");
  }
}
