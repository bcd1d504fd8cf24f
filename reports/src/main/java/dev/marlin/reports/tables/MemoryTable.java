package dev.marlin.reports.tables;

import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.MemoryStudy;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.List;

/** The smallest memory that is nearly as fast as the best, and where the knees are. */
final class MemoryTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    List<MemoryStudy.Answer> answers = MemoryStudy.of(report.results());
    if (answers.isEmpty()) {
      return List.of();
    }
    Sheet sheet =
        new Sheet("memory", "What memory buys")
            .text("network")
            .text("fastest (L1 / L2)")
            .count("cycles", Best.NONE)
            .text("smallest within 5 % (L1 / L2)")
            .count("its cycles", Best.NONE)
            .number("memory of the fastest [%]", 0, Best.LOWEST)
            .text("knee of L1")
            .text("knee of L2");
    for (MemoryStudy.Answer answer : answers) {
      sheet.linkedRow(
          "points/" + answer.smallest().key() + ".html",
          answer.model(),
          answer.best().setup().memories(),
          answer.best().cycles(),
          answer.smallest().setup().memories(),
          answer.smallest().cycles(),
          100.0 * answer.smallest().setup().memoryBytes() / answer.best().setup().memoryBytes(),
          knee(answer, "L1"),
          knee(answer, "L2"));
    }
    return List.of(
        sheet.note(
            "Knee: the smallest size of one memory, the other as large as it gets, from which on all sizes are within 5 % of the fastest."));
  }

  private static String knee(MemoryStudy.Answer answer, String level) {
    return answer.curves().stream()
        .filter(curve -> curve.level().equals(level))
        .map(curve -> Units.bytes(curve.knee()))
        .findFirst()
        .orElse("–");
  }
}
