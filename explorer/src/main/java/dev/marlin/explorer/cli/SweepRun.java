package dev.marlin.explorer.cli;

import dev.marlin.explorer.engine.EngineOptions;
import dev.marlin.explorer.engine.SweepEngine;
import dev.marlin.explorer.engine.SweepSummary;
import dev.marlin.explorer.execution.CodeVersion;
import dev.marlin.explorer.execution.Executors;
import dev.marlin.explorer.execution.LocalPointRunner;
import dev.marlin.explorer.execution.MarlinBuild;
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
import java.util.Optional;

/** The main job: reads a sweep, runs what is not known, writes the report. */
final class SweepRun {
  private final Console console;
  private final SweepOptions options;
  private final Phases phases;

  SweepRun(Console console, SweepOptions options) {
    this.console = console;
    this.options = options;
    this.phases = new Phases(console, options.debug());
  }

  int call() throws IOException {
    phases.ended("start of Java, command line");
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
    phases.ended("sweep file");
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
        phases.ended("opening of store and cache");
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
      SummaryText.lines(summary).forEach(console::say);
    }
    phases.ended("sweep");
    report(folder);
    phases.ended("report");
    if (options.json() != null) {
      SummaryJson.write(console, options.json(), summary);
    }
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

  private void report(Path folder) {
    try {
      Optional<Path> there = Reports.unchanged(folder);
      if (there.isPresent() && !options.quiet()) {
        console.say("the report is as it was: neither rows nor Marlin have changed");
      }
      Path page = there.isPresent() ? there.get() : Reports.write(folder);
      // With --json - nothing else is on stdout.
      ("-".equals(options.json()) ? console.err() : console.out()).println(page);
    } catch (IOException | RuntimeException | LinkageError e) {
      // Fonts may be missing or the disk is full, for example. The rows are safe: that must not
      // look like their loss.
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
}
