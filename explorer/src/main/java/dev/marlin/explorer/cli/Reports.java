package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.store.Export;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.store.StoredSweep;
import dev.marlin.explorer.sweep.Frequency;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.Reproduction;
import dev.marlin.reports.LayerRow;
import dev.marlin.reports.Outcome;
import dev.marlin.reports.ReportInfo;
import dev.marlin.reports.ReportWriter;
import dev.marlin.reports.ResultRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Results to reports: the store's outcomes become the rows of {@link dev.marlin.reports}. */
final class Reports {
  private Reports() {}

  /**
   * Writes CSV files and report of the latest sweep in a results folder.
   *
   * @return the page to open first
   */
  static Path write(Path folder) throws IOException {
    StoredSweep sweep;
    try (ResultStore store = ResultStore.openToRead(folder)) {
      sweep = store.latest();
    }
    Export.write(sweep, folder);
    List<ResultRow> rows = sweep.outcomes().stream().map(Reports::row).toList();
    ReportInfo info =
        new ReportInfo(sweep.name(), sweep.marlinVersion(), clocks(sweep), sweep.command());
    return new ReportWriter().write(rows, info, folder);
  }

  private static String clocks(StoredSweep sweep) {
    return sweep.outcomes().stream()
        .map(outcome -> outcome.point().options().clockHertz())
        .distinct()
        .sorted()
        .map(Frequency::format)
        .collect(Collectors.joining(", "));
  }

  static ResultRow row(PointOutcome outcome) {
    PointOptions options = outcome.point().options();
    RunReport run = outcome.run();
    Failure failure = outcome.failure();
    return new ResultRow(
        outcome.key(),
        outcome.point().model().name(),
        options.l1Bytes(),
        options.l2Bytes(),
        options.cores(),
        tiling(options),
        options.executor(),
        outcome(outcome.status()),
        failure == null ? "" : failure.kind() + ": " + failure.message(),
        Reproduction.command(outcome.point()),
        run == null ? 0 : run.cycles(),
        run == null ? 0 : run.macs(),
        run == null ? 0 : run.milliseconds(),
        run == null ? 0 : run.millijoules().orElse(Double.NaN),
        run == null ? List.of() : run.layers().stream().map(Reports::layer).toList());
  }

  private static String tiling(PointOptions options) {
    String weights =
        options.heuristics().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    return weights.isEmpty() ? options.tiling() : options.tiling() + " " + weights;
  }

  private static Outcome outcome(PointStatus status) {
    return switch (status) {
      case CORRECT -> Outcome.CORRECT;
      case WRONG -> Outcome.WRONG;
      case FAILED -> Outcome.FAILED;
      case INFEASIBLE -> Outcome.INFEASIBLE;
    };
  }

  private static LayerRow layer(LayerReport layer) {
    return new LayerRow(
        layer.index(),
        layer.name(),
        layer.type(),
        layer.cycles(),
        layer.macs(),
        layer.tile(),
        layer.tiles(),
        layer.l1Bytes(),
        layer.l3Bytes(),
        layer.correct());
  }
}
