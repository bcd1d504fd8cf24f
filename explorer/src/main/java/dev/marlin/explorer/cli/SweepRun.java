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
import dev.marlin.explorer.store.PointCache;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.Reproduction;
import dev.marlin.explorer.sweep.Sweep;
import dev.marlin.explorer.sweep.SweepReader;
import dev.marlin.kernels.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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
    Sweep sweep = new SweepReader(Catalogue.vocabulary()).read(file, options.sweep());
    if (options.executor() != null) {
      DeployOptions.known("--executor", options.executor(), Executors.NAMES);
      sweep = sweep.withExecutor(options.executor());
    }
    sweep.points().stream()
        .map(point -> point.options().executor())
        .distinct()
        .forEach(Executors::named);
    Path folder =
        options.out() == null
            ? console.root().resolve("reports/out").resolve(sweep.name())
            : console.resolve(options.out());
    return options.dryRun()
        ? new DryRun(console, options, folder, cacheFolder()).print(sweep)
        : run(sweep, folder);
  }

  private Path cacheFolder() {
    return options.cache() == null ? CacheFolder.ofUser().root() : console.resolve(options.cache());
  }

  private int run(Sweep sweep, Path folder) throws IOException {
    boolean terminal = Boolean.getBoolean("marlin.terminal");
    LocalPointRunner runner =
        new LocalPointRunner(
            options.fresh(),
            options.keepBuilds(),
            folder.resolve("builds").toString(),
            options.diskBudget(),
            options.cache() == null ? "" : cacheFolder().toString(),
            MarlinBuild.current());
    SweepSummary summary;
    try (Interruption interruption = new Interruption()) {
      try (ResultStore store = ResultStore.open(folder);
          PointCache cache = PointCache.open(cacheFolder());
          SweepProgress progress = new SweepProgress(console, terminal, options.quiet())) {
        SweepEngine engine = new SweepEngine(store, cache, runner, progress);
        interruption.onInterrupt(engine::interrupt);
        EngineOptions how =
            new EngineOptions(options.master(), options.fresh(), options.failFast());
        summary = interruption.guard(() -> engine.run(sweep, provenance(), how));
      } catch (Interruption.InterruptedSweepException e) {
        sayInterrupted();
        return Interruption.STATUS;
      }
      if (interruption.isInterrupted()) {
        sayInterrupted();
        return Interruption.STATUS;
      }
    }
    if (!options.quiet()) {
      describe(summary).lines().forEach(console::say);
    }
    report(folder);
    return summary.isGood() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private void sayInterrupted() {
    console.err().println();
    console.say(
        "interrupted; every point that has ended is kept, those that were running will run again;"
            + " go on with: "
            + command());
  }

  private ResultStore.Provenance provenance() {
    return new ResultStore.Provenance(
        MarlinBuild.current(), CodeVersion.current(), command(), Provenance.hostName());
  }

  private String command() {
    StringBuilder command = new StringBuilder("explore " + Reproduction.quoted(options.sweep()));
    if (options.out() != null) {
      command.append(" --out ").append(Reproduction.quoted(options.out()));
    }
    if (options.executor() != null) {
      command.append(" --executor ").append(options.executor());
    }
    if (options.cache() != null) {
      command.append(" --cache ").append(Reproduction.quoted(options.cache()));
    }
    return command.toString();
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
        "%s%d points: %d correct, %d infeasible, %d wrong, %d failed in %.1f s%n%d known before, %d"
            + " from the cache, %d shared an execution: %s of work saved%s",
        summary.stopped() ? "stopped at a failure; " : "",
        summary.points(),
        summary.count(PointStatus.CORRECT),
        summary.count(PointStatus.INFEASIBLE),
        summary.count(PointStatus.WRONG),
        summary.count(PointStatus.FAILED),
        summary.hostSeconds(),
        summary.known(),
        summary.cached(),
        summary.reused(),
        SweepProgress.duration(summary.savedSeconds()),
        summary.retried() == 0
            ? ""
            : "; "
                + summary.retried()
                + " lost attempts were made again (table retries says which and why)");
  }
}
