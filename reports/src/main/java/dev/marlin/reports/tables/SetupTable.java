package dev.marlin.reports.tables;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Report;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was run with what: everything that a reader needs to run it again. */
final class SetupTable implements ReportTable {
  private static final int MOST = 12;

  @Override
  public List<Sheet> of(Report report) {
    Results results = report.results();
    if (results.rows().isEmpty()) {
      return List.of();
    }
    Sheet sheet = new Sheet("setup", "Setup").text("what").text("values");
    row(sheet, results, "networks", ResultRow::model);
    row(sheet, results, "L1", row -> Units.bytes(row.setup().l1Bytes()));
    row(sheet, results, "L2", row -> Units.bytes(row.setup().l2Bytes()));
    row(sheet, results, "L3", row -> Units.bytes(row.setup().l3Bytes()));
    row(sheet, results, "cores", row -> "" + row.setup().cores());
    row(sheet, results, "clock of FC and cluster", row -> report.clock(row));
    row(sheet, results, "tiling policies", row -> row.setup().tiling());
    row(sheet, results, "weights that differ", row -> row.setup().heuristics());
    row(sheet, results, "requantization", row -> row.setup().requantization());
    row(sheet, results, "executor", row -> row.setup().executor());
    row(sheet, results, "differs from GAP8", row -> row.setup().chip());
    row(sheet, results, "compiler", row -> row.provenance().compiler());
    row(sheet, results, "compiler flags", row -> row.provenance().compilerFlags());
    row(sheet, results, "Marlin", row -> row.provenance().version());
    row(sheet, results, "commit", row -> row.provenance().commit());
    row(sheet, results, "hosts", row -> row.provenance().host());
    return List.of(sheet);
  }

  private static void row(
      Sheet sheet, Results results, String name, Function<ResultRow, String> what) {
    List<String> values = results.distinct(what).stream().filter(v -> !v.isEmpty()).toList();
    if (!values.isEmpty()) {
      String shown = values.stream().limit(MOST).collect(Collectors.joining(", "));
      sheet.row(
          name, values.size() > MOST ? shown + " and " + (values.size() - MOST) + " more" : shown);
    }
  }
}
