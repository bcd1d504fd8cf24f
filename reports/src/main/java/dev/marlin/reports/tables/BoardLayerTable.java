package dev.marlin.reports.tables;

import dev.marlin.reports.published.PublishedLayers;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Correspondence;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.List;
import java.util.Locale;

/** Our layers against those of a published board run, row by row. */
final class BoardLayerTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    return report.published().layers().stream()
        .flatMap(
            published ->
                report.results().bestOnGap8(published.model()).stream()
                    .filter(row -> Correspondence.matches(published, row))
                    .map(row -> sheet(report, published, row)))
        .toList();
  }

  private static Sheet sheet(Report report, PublishedLayers published, ResultRow row) {
    Sheet sheet =
        new Sheet(
                "board-layers-" + published.model(),
                published.model() + " layer by layer: ours beside " + published.source().system())
            .text("layer")
            .text("our tile (HxWxC)")
            .count("tiles", Best.NONE)
            .number("MMAC", 2, Best.NONE)
            .number("ours [ms]", 2, Best.NONE)
            .number("board [ms]", 2, Best.NONE)
            .number("board / ours [cycles]", 2, Best.HIGHEST)
            .number("ours [MAC/cycle]", 2, Best.HIGHEST)
            .number("board [MAC/cycle]", 2, Best.HIGHEST)
            .text("ours bound by")
            .number("ours, model [mW]", 1, Best.NONE)
            .number("board [mW]", 1, Best.NONE);
    double board = published.source().clusterMegahertz();
    for (PublishedLayers.Row theirs : published.rows()) {
      LayerRow first = row.measured().layers().get(theirs.layers().get(0));
      double cycles =
          theirs.layers().stream()
              .mapToLong(i -> row.measured().layers().get(i).cycles())
              .average()
              .orElse(Double.NaN);
      int n = theirs.layers().size();
      sheet.row(
          n == 1 ? theirs.name() : theirs.name() + " (each of " + n + ")",
          first.tile(),
          first.tiles(),
          first.macs() / 1e6,
          1e3 * cycles / row.setup().clockHertz(),
          theirs.milliseconds(),
          theirs.milliseconds() * board * 1e3 / cycles,
          first.macs() > 0 ? first.macs() / cycles : Double.NaN,
          theirs.macs() > 0 ? theirs.macPerCycle(board) : Double.NaN,
          first.bound(),
          report.power().milliwatts(first),
          theirs.milliwatts());
    }
    double total = published.milliseconds();
    sheet.row(
        "sum",
        "",
        null,
        row.measured().macs() / 1e6,
        row.milliseconds(),
        total,
        total * board * 1e3 / row.cycles(),
        row.macPerCycle(),
        published.macs() / (total * board * 1e3),
        "",
        report.power().millijoules(row.measured(), report.operatingPoints().get(0))
            / report.operatingPoints().get(0).milliseconds(row.cycles())
            * 1e3,
        published.millijoules() / total * 1e3);
    return sheet
        .note(
            String.format(
                Locale.ROOT,
                "Ours: %s at %s. Board: %s. %s [%s]. %s",
                row.configuration(),
                report.clock(row),
                published.source().clock(),
                published.source().text(),
                published.source().trust().words(),
                published.source().notes()))
        .note(
            "Our mW are of the power model at 100 MHz, 1.0 V. In the row of the sum, mW is the average.");
  }
}
