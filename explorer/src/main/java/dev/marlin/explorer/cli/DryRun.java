package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.CodeVersion;
import dev.marlin.explorer.execution.Feasibility;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.store.PointCache;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Sweep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says what a sweep would do: which points, what is known, how long, how much, what cannot fit. */
final class DryRun {
  private static final int MOST_INFEASIBLE = 5;

  /** Time for looking at points that are not known: a plan is to be had at once. */
  private static final double SECONDS_TO_LOOK = 2;

  /** Of a row with 30 layers in the store, and the same in the cache. */
  private static final long BYTES_A_POINT = 2 * 5_000;

  private final Console console;
  private final SweepOptions options;
  private final Path folder;
  private final Path cacheFolder;

  DryRun(Console console, SweepOptions options, Path folder, Path cacheFolder) {
    this.console = console;
    this.options = options;
    this.folder = folder;
    this.cacheFolder = cacheFolder;
  }

  /** Prints the points to stdout and the rest to stderr. */
  int print(Sweep sweep) {
    sweep.points().forEach(point -> console.out().println(point.label()));
    if (sweep.search().isPresent()) {
      console.say(
          "a search: at most "
              + sweep.search().get().mostPoints()
              + " points, known as it goes on; results go to "
              + folder);
      return ExitStatus.OK;
    }
    String version = CodeVersion.current();
    Map<String, DesignPoint> unknown = new LinkedHashMap<>();
    sweep.points().forEach(point -> unknown.put(point.key(version), point));
    Map<String, Double> seconds = new HashMap<>();
    Map<String, PointOutcome> known = new LinkedHashMap<>();
    look(unknown.keySet(), known, seconds);
    unknown.keySet().removeAll(known.keySet());
    console.say(
        sweep.points().size()
            + " points, "
            + (sweep.points().size() - unknown.size())
            + " known already; results go to "
            + folder);
    if (!options.quiet()) {
      estimate(List.copyOf(unknown.values()), seconds);
      infeasible(List.copyOf(known.values()), List.copyOf(unknown.values()));
    }
    return ExitStatus.OK;
  }

  private void look(
      Set<String> keys, Map<String, PointOutcome> known, Map<String, Double> seconds) {
    if (Files.exists(folder.resolve(ResultStore.FILE))) {
      try (ResultStore store = ResultStore.openToRead(folder)) {
        seconds.putAll(store.secondsByModel());
        if (!options.fresh()) {
          store.find(keys).stream()
              .filter(outcome -> !outcome.isOutside())
              .forEach(outcome -> known.put(outcome.key(), outcome));
        }
      }
    }
    if (Files.isDirectory(cacheFolder)) {
      try (PointCache cache = PointCache.open(cacheFolder)) {
        cache.secondsByModel().forEach(seconds::putIfAbsent);
        if (!options.fresh()) {
          cache.find(keys).forEach(outcome -> known.putIfAbsent(outcome.key(), outcome));
        }
      }
    }
  }

  /** From what points of the same networks took; without any, nothing is claimed. */
  private void estimate(List<DesignPoint> unknown, Map<String, Double> seconds) {
    if (unknown.isEmpty()) {
      return;
    }
    int cores = Runtime.getRuntime().availableProcessors();
    List<Double> measured =
        unknown.stream()
            .map(point -> seconds.get(point.model().hash()))
            .filter(java.util.Objects::nonNull)
            .toList();
    double sum = measured.stream().mapToDouble(Double::doubleValue).sum();
    String time =
        measured.isEmpty()
            ? "none of their networks was measured here, so their time is not known"
            : String.format(
                Locale.ROOT,
                "about %s on the %d cores of this machine (points of %d %% of their networks were"
                    + " measured)",
                SweepProgress.duration(sum / measured.size() * unknown.size() / cores),
                cores,
                100 * measured.size() / unknown.size());
    console.say(
        unknown.size()
            + " to run: "
            + time
            + "; rows take about "
            + (unknown.size() * BYTES_A_POINT + 999_999) / 1_000_000
            + " MB"
            + (options.keepBuilds()
                ? ", applications " + options.diskBudget() / 1_000_000 + " MB at most"
                : ""));
  }

  /** The first that cannot fit: those that are known, then those with the least memory. */
  private void infeasible(List<PointOutcome> known, List<DesignPoint> unknown) {
    int found = 0;
    for (PointOutcome outcome : known) {
      if (outcome.status() == PointStatus.INFEASIBLE && outcome.failure() != null) {
        found++;
        if (found <= MOST_INFEASIBLE) {
          console.say(
              "infeasible: " + outcome.point().label() + ": " + outcome.failure().message());
        }
      }
    }
    long end = System.nanoTime() + (long) (SECONDS_TO_LOOK * 1e9);
    int looked = 0;
    for (DesignPoint point : Feasibility.leastMemoryFirst(unknown)) {
      if (System.nanoTime() > end || found >= MOST_INFEASIBLE) {
        break;
      }
      looked++;
      Optional<String> reason = Feasibility.infeasible(point);
      if (reason.isPresent()) {
        found++;
        console.say("infeasible: " + point.label() + ": " + reason.get());
      }
    }
    if (!unknown.isEmpty()) {
      console.say(
          "looked whether "
              + looked
              + " of the points that are not known fit, those with the least memory first");
    }
  }
}
