package dev.marlin.reports.tables;

import dev.marlin.reports.published.PublishedNetwork;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A family of networks in the manner of papers: one row a network, one column a system. */
final class FamilyTable implements ReportTable {
  private static final int MANY = 3;

  @Override
  public List<Sheet> of(Report report) {
    List<String> models =
        report.results().byModel().keySet().stream()
            .filter(m -> m.startsWith("mobilenet_v1_"))
            .toList();
    if (models.size() < MANY) {
      return List.of();
    }
    List<String> tilings =
        report.results().correct().stream()
            .filter(row -> row.model().startsWith("mobilenet_v1_") && isPlain(row))
            .map(row -> row.setup().tiling())
            .distinct()
            .toList();
    Sheet sheet =
        new Sheet("mobilenet-family", "MobileNetV1 on GAP8: MAC/cycle, widths and resolutions")
            .text("network")
            .number("MMAC", 1, Best.NONE);
    tilings.forEach(
        tiling -> sheet.number("Marlin, " + tiling + " [MAC/cycle]", 2, Best.HIGHEST_OF_ROW));
    sheet
        .number("AutoTiler [MAC/cycle]", 2, Best.HIGHEST_OF_ROW)
        .number("DORY, paper [MAC/cycle]", 2, Best.HIGHEST_OF_ROW)
        .number("AutoTiler / ours [cycles]", 2, Best.HIGHEST);
    // One clock for all goes into the head.
    List<String> clocks =
        models.stream()
            .flatMap(model -> best(report, model).stream())
            .map(report::clock)
            .distinct()
            .toList();
    if (clocks.size() != 1) {
      sheet.text("ours at");
    }
    sheet
        .number(
            clocks.size() == 1 ? "ours at " + clocks.get(0) + " [ms]" : "ours [ms]", 1, Best.NONE)
        .number("AutoTiler at 175 MHz [ms]", 1, Best.NONE);
    for (String model : models) {
      add(sheet, report, model, tilings, clocks.size() != 1);
    }
    return List.of(
        sheet
            .note(
                "Marlin: the fastest point of a tiling policy within GAP8's memories, 8 cores; weights of the policy's own.")
            .note(
                "AutoTiler: cluster 175 MHz, FC 250 MHz, 1.2 V (GreenWaves, image_classification_networks, README at 50ad1be [primary]; cycles and MAC/cycle derived).")
            .note(
                "DORY: arXiv 2008.07127, abstract, cluster and FC at 100 MHz [primary; derived from 4.3 frames/s]. Its bars for other networks could not be read."));
  }

  private static boolean isPlain(ResultRow row) {
    return row.setup().isGap8() && row.setup().cores() == 8 && row.setup().heuristics().isEmpty();
  }

  private static Optional<ResultRow> best(Report report, String model) {
    return report.results().correct(model).stream()
        .filter(FamilyTable::isPlain)
        .min(Results.FASTEST);
  }

  private static void add(
      Sheet sheet, Report report, String model, List<String> tilings, boolean clock) {
    List<ResultRow> rows =
        report.results().correct(model).stream().filter(FamilyTable::isPlain).toList();
    Optional<ResultRow> best = best(report, model);
    if (best.isEmpty()) {
      return;
    }
    List<Object> cells = new ArrayList<>();
    cells.add(model);
    cells.add(best.get().measured().macs() / 1e6);
    for (String tiling : tilings) {
      cells.add(
          rows.stream()
              .filter(row -> row.setup().tiling().equals(tiling))
              .min(Results.FASTEST)
              .map(ResultRow::macPerCycle)
              .orElse(Double.NaN));
    }
    Optional<PublishedNetwork> tiler = published(report, model, "AutoTiler");
    cells.add(tiler.map(PublishedNetwork::macPerCycle).orElse(Double.NaN));
    cells.add(
        published(report, model, "DORY, paper")
            .map(PublishedNetwork::macPerCycle)
            .orElse(Double.NaN));
    cells.add(tiler.map(t -> t.cycles() / best.get().cycles()).orElse(Double.NaN));
    if (clock) {
      cells.add(report.clock(best.get()));
    }
    cells.add(best.get().milliseconds());
    cells.add(tiler.map(t -> 1e3 / t.framesPerSecond()).orElse(Double.NaN));
    sheet.linkedRow("points/" + best.get().key() + ".html", cells.toArray());
  }

  private static Optional<PublishedNetwork> published(Report report, String model, String system) {
    return report.published().networks().stream()
        .filter(n -> n.model().equals(model) && n.source().system().equals(system))
        .min(Comparator.comparingDouble(PublishedNetwork::cycles));
  }
}
