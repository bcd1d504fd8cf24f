package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.CodeVersion;
import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.LayerParts;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.store.Export;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.store.StoredSweep;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.Reproduction;
import dev.marlin.explorer.validation.ProgramPair;
import dev.marlin.explorer.validation.Recording;
import dev.marlin.reports.ReportWriter;
import dev.marlin.reports.rows.BufferRow;
import dev.marlin.reports.rows.CycleSplit;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.Measurement;
import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.Problem;
import dev.marlin.reports.rows.Provenance;
import dev.marlin.reports.rows.ReportInfo;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    String made;
    try (ResultStore store = ResultStore.openToRead(folder)) {
      sweep = store.latest();
      made = madeOf(store);
    }
    ReportStamp stamp = new ReportStamp(folder);
    stamp.remove();
    Export.write(sweep, folder);
    Path page = new ReportWriter().write(results(sweep), folder);
    stamp.write(made);
    return page;
  }

  /** The page to open first, if the report is there and would be the same if it was made again. */
  static Optional<Path> unchanged(Path folder) {
    String made;
    try (ResultStore store = ResultStore.openToRead(folder)) {
      made = madeOf(store);
    }
    Path page = folder.resolve("index.html");
    return Files.exists(page) && new ReportStamp(folder).says(made)
        ? Optional.of(page)
        : Optional.empty();
  }

  private static String madeOf(ResultStore store) {
    return CodeVersion.ofEverything() + " " + store.contentHash();
  }

  /** The latest sweep in a results folder. */
  static Results results(Path folder) {
    return results(read(folder));
  }

  private static StoredSweep read(Path folder) {
    try (ResultStore store = ResultStore.openToRead(folder)) {
      return store.latest();
    }
  }

  private static Results results(StoredSweep sweep) {
    Set<String> names = new HashSet<>();
    List<ResultRow> rows = new ArrayList<>();
    for (StoredSweep.Row point : sweep.rows()) {
      // Two files with the same network have the same key; their pages need two names.
      String name = point.outcome().key();
      for (int i = 2; !names.add(name); i++) {
        name = point.outcome().key() + "-" + i;
      }
      rows.add(row(point, name));
    }
    ReportInfo info =
        new ReportInfo(
            sweep.name(),
            sweep.description(),
            sweep.marlinVersion(),
            sweep.marlinCommit(),
            sweep.command(),
            sweep.host(),
            sweep.startedAt(),
            sweep.finishedAt(),
            sweep.baseline(),
            sweep.size(),
            sweep.yaml());
    Set<String> models = rows.stream().map(ResultRow::model).collect(Collectors.toSet());
    List<ProgramPair> recorded =
        Recording.shipped().programs().stream()
            .filter(program -> models.contains(program.model()))
            .toList();
    return new Results(info, rows, SecondOpinions.of(recorded));
  }

  private static ResultRow row(StoredSweep.Row point, String name) {
    PointOutcome outcome = point.outcome();
    Outcome ended = outcome(outcome.status());
    return new ResultRow(
        name,
        outcome.point().model().name(),
        point.config(),
        setup(outcome.point().options()),
        ended,
        problem(outcome.failure()),
        // A wrong result is no performance: reports do not even get its cycles.
        ended == Outcome.CORRECT && outcome.run() != null
            ? Optional.of(measurement(outcome, outcome.run()))
            : Optional.empty(),
        point.baselineKey(),
        Reproduction.command(outcome.point()),
        provenance(outcome.build()));
  }

  private static Setup setup(PointOptions options) {
    return new Setup(
        options.l1Bytes(),
        options.l2Bytes(),
        options.l3Bytes(),
        options.cores(),
        options.clockHertz(),
        options.tiling(),
        options.heuristics().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" ")),
        options.toolchain(),
        options.requantization(),
        options.executor(),
        options.chipText());
  }

  private static Problem problem(@Nullable Failure failure) {
    return failure == null
        ? Problem.NONE
        : new Problem(
            failure.kind(),
            failure.kind() + ": " + failure.message(),
            failure.level(),
            failure.layer(),
            failure.missingBytes());
  }

  private static Measurement measurement(PointOutcome outcome, RunReport run) {
    PointOutcome.BuildInfo build = outcome.build();
    return new Measurement(
        run.cycles(),
        run.macs(),
        build == null ? 0 : build.instructions(),
        run.layers().stream().map(Reports::layer).toList(),
        run.l2Map().stream()
            .map(b -> new BufferRow(b.what(), b.offset(), b.bytes(), b.firstLayer(), b.lastLayer()))
            .toList());
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
        layer.parts() == null ? 0 : layer.parts().dmaBytes(),
        layer.l3Bytes(),
        layer.predictedCycles(),
        split(layer.parts()));
  }

  private static Optional<CycleSplit> split(@Nullable LayerParts parts) {
    return parts == null
        ? Optional.empty()
        : Optional.of(
            new CycleSplit(parts.compute(), parts.dmaWait(), parts.l3Wait(), parts.overhead()));
  }

  private static Provenance provenance(PointOutcome.@Nullable BuildInfo build) {
    return build == null
        ? Provenance.UNKNOWN
        : new Provenance(
            build.provenance().marlinVersion(),
            build.provenance().marlinCommit(),
            build.toolchain(),
            build.compilerFlags(),
            build.programHash(),
            build.imageHash(),
            build.chip(),
            build.provenance().host());
  }

  private static Outcome outcome(PointStatus status) {
    return switch (status) {
      case CORRECT -> Outcome.CORRECT;
      case WRONG -> Outcome.WRONG;
      case FAILED -> Outcome.FAILED;
      case INFEASIBLE -> Outcome.INFEASIBLE;
    };
  }
}
