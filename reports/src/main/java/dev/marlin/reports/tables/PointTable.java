package dev.marlin.reports.tables;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;

/**
 * All design points, one row a point. A point without a performance has missing values, so that no
 * mean or minimum ever counts it.
 */
public final class PointTable {
  private PointTable() {}

  /** The table of all points. */
  public static Sheet of(Report report) {
    Sheet sheet =
        new Sheet("points", "All points of " + report.results().info().title())
            .text("point")
            .text("network")
            .text("case")
            .count("L1 [B]", Best.NONE)
            .count("L2 [B]", Best.NONE)
            .count("L3 [B]", Best.NONE)
            .count("cores", Best.NONE)
            .count("clock [Hz]", Best.NONE)
            .text("tiling")
            .text("heuristics")
            .text("requantization")
            .text("executor")
            .text("chip")
            .text("outcome")
            .count("cycles", Best.NONE)
            .count("MACs", Best.NONE)
            .number("MAC/cycle", 3, Best.NONE)
            .number("time [ms]", 3, Best.NONE)
            .number("energy [mJ]", 3, Best.NONE)
            .number("speed-up over baseline", 3, Best.NONE)
            .count("missing [B]", Best.NONE)
            .text("message");
    for (ResultRow row : report.results().rows()) {
      boolean ok = row.isCorrect();
      sheet.row(
          row.key(),
          row.model(),
          row.config(),
          row.setup().l1Bytes(),
          row.setup().l2Bytes(),
          row.setup().l3Bytes(),
          row.setup().cores(),
          row.setup().clockHertz(),
          row.setup().tiling(),
          row.setup().heuristics(),
          row.setup().requantization(),
          row.setup().executor(),
          row.setup().chip(),
          row.outcome().words(),
          ok ? row.cycles() : null,
          ok ? row.measured().macs() : null,
          ok ? row.macPerCycle() : null,
          ok ? row.milliseconds() : null,
          ok ? report.millijoules(row) : null,
          ok ? report.results().speedUp(row).orElse(Double.NaN) : null,
          row.problem().missingBytes() > 0 ? row.problem().missingBytes() : null,
          row.problem().message());
    }
    return sheet;
  }
}
