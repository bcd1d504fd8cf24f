package dev.marlin.reports.tables;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Comparison;
import dev.marlin.reports.tables.Sheet.Best;

/** Two sweeps point by point, what broke and what got slower first. */
public final class ComparisonTable {
  private ComparisonTable() {}

  /** The table of a comparison. */
  public static Sheet of(Comparison comparison) {
    Sheet sheet =
        new Sheet("compare", "Before and after")
            .text("network")
            .text("configuration")
            .text("before")
            .text("after")
            .count("cycles before", Best.NONE)
            .count("cycles after", Best.NONE)
            .number("speed-up", 3, Best.NONE)
            .text("why");
    for (Comparison.Pair pair : comparison.pairs()) {
      sheet.row(
          pair.before().model(),
          pair.before().configuration(),
          pair.before().outcome().words(),
          pair.after().outcome().words(),
          cycles(pair.before()),
          cycles(pair.after()),
          pair.speedUp(),
          pair.after().problem().message());
    }
    return sheet.note("Points match when network and all options are equal.");
  }

  private static double cycles(ResultRow row) {
    return row.isCorrect() ? (double) row.cycles() : Double.NaN;
  }
}
