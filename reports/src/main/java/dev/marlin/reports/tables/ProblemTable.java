package dev.marlin.reports.tables;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.List;

/** What failed or did not fit, and why. */
final class ProblemTable implements ReportTable {
  /** More say nothing new; the table of all points has them. */
  static final int MOST = 100;

  @Override
  public List<Sheet> of(Report report) {
    List<ResultRow> rows =
        report.results().rows().stream().filter(row -> !row.isCorrect()).toList();
    if (rows.isEmpty()) {
      return List.of();
    }
    Sheet sheet =
        new Sheet("problems", "What failed or did not fit")
            .text("network")
            .text("configuration")
            .text("outcome")
            .text("level")
            .text("layer")
            .count("missing [B]", Best.NONE)
            .text("why");
    // What went wrong before what does not fit: the first is a fault, the second an answer.
    rows.stream()
        .sorted(java.util.Comparator.comparing(ResultRow::outcome))
        .limit(MOST)
        .forEach(
            row ->
                sheet.linkedRow(
                    "points/" + row.key() + ".html",
                    row.model(),
                    row.configuration(),
                    row.outcome().words(),
                    row.problem().level(),
                    row.problem().layer(),
                    row.problem().missingBytes() > 0 ? row.problem().missingBytes() : null,
                    row.problem().message()));
    return List.of(
        rows.size() <= MOST
            ? sheet
            : sheet.note(
                "The first " + MOST + " of " + rows.size() + "; all are among the points below."));
  }
}
