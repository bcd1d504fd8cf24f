package dev.marlin.reports.tables;

import dev.marlin.reports.published.PublishedNetwork;
import dev.marlin.reports.published.Source;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import dev.marlin.reports.tables.Sheet.Noted;
import java.util.List;

/** End to end beside what others published: every number at the clock that it was measured at. */
final class EndToEndTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    Sheet sheet =
        new Sheet("end-to-end", "End to end on GAP8, beside published results")
            .text("network")
            .text("system")
            .text("chip")
            .count("cores", Best.NONE)
            .text("clock")
            .number("Mcycles", 2, Best.NONE)
            .number("MAC/cycle", 2, Best.NONE)
            .number("frames/s", 1, Best.NONE)
            .number("energy [mJ]", 2, Best.NONE)
            .number("cycles / ours", 2, Best.NONE);
    for (String model : report.results().byModel().keySet()) {
      List<PublishedNetwork> others =
          report.published().networks().stream().filter(n -> n.model().equals(model)).toList();
      report
          .results()
          .bestOnGap8(model)
          .filter(ours -> !others.isEmpty())
          .ifPresent(
              ours -> {
                ours(sheet, report, ours);
                others.forEach(other -> other(sheet, report, other, ours));
              });
    }
    if (sheet.size() == 0) {
      return List.of();
    }
    return List.of(
        sheet
            .note(
                "Ours: the fastest point within GAP8's own memories and cores; every output element is right. Cycles / ours: over ours on as many cores.")
            .note(
                "Cycles at other clocks are not quite comparable: L3 is as slow in seconds at any clock of the cluster.")
            .note(
                "Our energy is by the power model, without the I/O domain and HyperRAM; theirs as published."));
  }

  private static void ours(Sheet sheet, Report report, ResultRow row) {
    sheet.linkedRow(
        "points/" + row.key() + ".html",
        row.model(),
        "Marlin, " + row.setup().policy() + ", " + row.setup().executor(),
        "GAP8",
        row.setup().cores(),
        report.clock(row),
        row.cycles() / 1e6,
        row.macPerCycle(),
        1e3 / row.milliseconds(),
        report.millijoules(row),
        1.0);
  }

  private static void other(Sheet sheet, Report report, PublishedNetwork other, ResultRow ours) {
    // Another chip, or another number of cores, is not what ours is faster than.
    boolean comparable = other.chip().equals("GAP8");
    ResultRow peer =
        report.results().correct(ours.model()).stream()
            .filter(r -> r.setup().isGap8() && r.setup().cores() == other.cores())
            .min(dev.marlin.reports.rows.Results.FASTEST)
            .orElse(null);
    sheet.row(
        other.model(),
        new Noted(other.source().system(), note(other.source())),
        other.chip(),
        other.cores(),
        other.source().clock(),
        other.cycles() / 1e6,
        other.macPerCycle(),
        other.framesPerSecond(),
        other.millijoules(),
        comparable && peer != null ? other.cycles() / peer.cycles() : Double.NaN);
  }

  static String note(Source source) {
    return source.text()
        + " ["
        + source.trust().words()
        + "]"
        + (source.notes().isEmpty() ? "" : ". " + source.notes());
  }
}
