package dev.marlin.reports.tables;

import dev.marlin.reports.published.PublishedClaims;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Noted;
import java.util.List;

/** Single numbers that others published, each with its source. */
final class ClaimTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    if (report.results().correct().isEmpty()) {
      return List.of();
    }
    Sheet sheet =
        new Sheet("published", "Published numbers to hold ours against")
            .text("what")
            .text("value")
            .text("unit")
            .text("system")
            .text("clock")
            .text("trust");
    for (PublishedClaims claims : report.published().claims()) {
      for (PublishedClaims.Row row : claims.rows()) {
        sheet.row(
            row.what(),
            row.value(),
            row.unit(),
            new Noted(claims.source().system(), EndToEndTable.note(claims.source())),
            claims.source().clock(),
            claims.source().trust().words());
      }
    }
    return List.of(sheet);
  }
}
