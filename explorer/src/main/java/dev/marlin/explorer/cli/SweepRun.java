package dev.marlin.explorer.cli;

import dev.marlin.explorer.engine.EngineOptions;
import dev.marlin.explorer.engine.SweepEngine;
import dev.marlin.explorer.engine.SweepSummary;
import dev.marlin.explorer.execution.CodeVersion;
import dev.marlin.explorer.execution.Executors;
import dev.marlin.explorer.execution.LocalPointRunner;
import dev.marlin.explorer.execution.MarlinBuild;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.Provenance;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Reproduction;
import dev.marlin.explorer.sweep.Sweep;
import dev.marlin.explorer.sweep.SweepReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The main job: reads a sweep, runs what is not known, writes the report. */
final class SweepRun {
  private final Console console;
  private final SweepOptions options;

  SweepRun(Console console, SweepOptions options) {
    this.console = console;
    this.options = options;
  }

  int call() throws IOException {
    Path file = console.resolve(options.sweep());
    if (!Files.isRegularFile(file)) {
      throw CommandException.usage(
          options.sweep() + (Files.exists(file) ? ": is no file" : ": no such file"));
    }
    Sweep sweep =
        withExecutor(
            new SweepReader(Catalogue.vocabulary()).read(file, options.sweep()),
            options.executor());
    sweep.points().stream()
        .map(point -> point.options().executor())
        .distinct()
        .forEach(Executors::named);
    Path folder =
        options.out() == null
            ? console.root().resolve("reports/out").resolve(sweep.name())
            : console.resolve(options.out());
    return options.dryRun() ? dryRun(sweep, folder) : run(sweep, folder);
  }

  private static Sweep withExecutor(Sweep sweep, @Nullable String executor) {
    if (executor == null) {
      return sweep;
    }
    DeployOptions.known("--executor", executor, Executors.NAMES);
    List<DesignPoint> points =
        sweep.points().stream()
            .map(point -> new DesignPoint(point.model(), point.options().withExecutor(executor)))
            .distinct()
            .toList();
    return new Sweep(sweep.name(), sweep.description(), sweep.text(), points);
  }

  private int dryRun(Sweep sweep, Path folder) {
    Set<String> known = new HashSet<>();
    if (!options.fresh() && Files.exists(folder.resolve(ResultStore.FILE))) {
      try (ResultStore store = ResultStore.openToRead(folder)) {
        known = store.finished();
      }
    }
    String version = CodeVersion.current();
    long done = sweep.points().stream().map(p -> p.key(version)).filter(known::contains).count();
    sweep.points().forEach(point -> console.out().println(point.label()));
    console.say(
        sweep.points().size() + " points, " + done + " known already; results go to " + folder);
    return ExitStatus.OK;
  }

  private int run(Sweep sweep, Path folder) throws IOException {
    boolean terminal = Boolean.getBoolean("marlin.terminal");
    LocalPointRunner runner =
        new LocalPointRunner(
            options.fresh(),
            options.keepBuilds(),
            folder.resolve("builds").toString(),
            "",
            MarlinBuild.current());
    SweepSummary summary;
    try (ResultStore store = ResultStore.open(folder);
        Interruption interruption = new Interruption(console);
        SweepProgress progress = new SweepProgress(console, terminal)) {
      summary =
          interruption.guard(
              () ->
                  new SweepEngine(store, runner, progress)
                      .run(
                          sweep,
                          provenance(),
                          new EngineOptions(
                              options.master(), options.fresh(), options.failFast())));
    }
    console.say(describe(summary));
    report(folder);
    return summary.isGood() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private ResultStore.Provenance provenance() {
    StringBuilder command = new StringBuilder("explore " + Reproduction.quoted(options.sweep()));
    if (options.out() != null) {
      command.append(" --out ").append(Reproduction.quoted(options.out()));
    }
    if (options.executor() != null) {
      command.append(" --executor ").append(options.executor());
    }
    return new ResultStore.Provenance(
        MarlinBuild.current(), CodeVersion.current(), command.toString(), Provenance.hostName());
  }

  private void report(Path folder) throws IOException {
    try {
      console.out().println(Reports.write(folder));
    } catch (RuntimeException | LinkageError e) {
      // Fonts may be missing, for example. The rows are safe: that must not look like their loss.
      throw new CommandException(
          ExitStatus.FAILED,
          "all rows are kept, but the report could not be made: "
              + e
              + "; explore report "
              + folder
              + " tries again",
          e);
    }
  }

  private static String describe(SweepSummary summary) {
    return String.format(
        Locale.ROOT,
        "%s%d points: %d correct, %d infeasible, %d wrong, %d failed (%d known before, %d shared an"
            + " execution) in %.1f s",
        summary.stopped() ? "stopped at a failure; " : "",
        summary.points(),
        summary.count(PointStatus.CORRECT),
        summary.count(PointStatus.INFEASIBLE),
        summary.count(PointStatus.WRONG),
        summary.count(PointStatus.FAILED),
        summary.known(),
        summary.reused(),
        summary.hostSeconds());
  }
}
