package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointRunner;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.store.StoredSweep;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Sweep;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a sweep: leaves out what the store knows, sends the rest to Spark, keeps every outcome the
 * moment it arrives.
 *
 * <p>A point is a Spark task of its own. Outcomes reach the driver when they are made, not when the
 * job ends, and each is a transaction: whatever stops the driver costs the points in flight only.
 */
public final class SweepEngine {
  private final ResultStore store;
  private final PointRunner runner;
  private final SweepListener listener;

  /**
   * An engine.
   *
   * @param store where outcomes are kept
   * @param runner makes an outcome of a point, wherever Spark runs it
   * @param listener is told of progress
   */
  public SweepEngine(ResultStore store, PointRunner runner, SweepListener listener) {
    this.store = store;
    this.runner = runner;
    this.listener = listener;
  }

  /**
   * Runs a sweep to its end.
   *
   * @throws EngineException if Spark cannot start or gives up
   */
  public SweepSummary run(Sweep sweep, ResultStore.Provenance provenance, EngineOptions options) {
    long start = System.nanoTime();
    List<String> keys =
        sweep.points().stream().map(point -> point.key(provenance.codeVersion())).toList();
    long id = store.begin(sweep, keys, provenance);
    Map<String, DesignPoint> pending = pending(sweep, keys, options.fresh());
    int known = keys.size() - (int) keys.stream().filter(pending::containsKey).count();
    listener.begun(keys.size(), known);
    Progress progress = new Progress(options.failFast());
    if (!pending.isEmpty()) {
      // Spark takes two seconds to start: a sweep that is known already does without.
      try (SparkRunner spark = new SparkRunner(options.master(), sweep.name())) {
        spark.run(pending, runner, progress);
      }
    }
    if (!progress.stopped) {
      store.finish(id);
    }
    return summary(
        keys.size(), known, progress, (System.nanoTime() - start) * 1e-9, store.latest());
  }

  /** Points that must run, by key: points of the same key run once. */
  private Map<String, DesignPoint> pending(Sweep sweep, List<String> keys, boolean fresh) {
    Set<String> finished = fresh ? new HashSet<>() : store.finished();
    Map<String, DesignPoint> pending = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!finished.contains(keys.get(i))) {
        pending.putIfAbsent(keys.get(i), sweep.points().get(i));
      }
    }
    return pending;
  }

  private static SweepSummary summary(
      int points, int known, Progress progress, double seconds, StoredSweep stored) {
    Map<PointStatus, Integer> counts = new EnumMap<>(PointStatus.class);
    stored.outcomes().forEach(outcome -> counts.merge(outcome.status(), 1, Integer::sum));
    int reused =
        (int) progress.ended.stream().filter(o -> o.build() != null && o.build().reused()).count();
    return new SweepSummary(points, known, counts, reused, progress.stopped, seconds);
  }

  /** Keeps outcomes and decides when to stop. */
  private final class Progress implements SparkRunner.Sink {
    private final boolean failFast;
    private final List<PointOutcome> ended = new ArrayList<>();
    private boolean stopped;

    Progress(boolean failFast) {
      this.failFast = failFast;
    }

    @Override
    public boolean accept(PointOutcome outcome) {
      store.put(outcome);
      ended.add(outcome);
      listener.ended(outcome);
      boolean bad = outcome.status() == PointStatus.FAILED || outcome.status() == PointStatus.WRONG;
      stopped |= failFast && bad;
      return !stopped;
    }
  }
}
