package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.Effort;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointRunner;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.store.PointCache;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Score;
import dev.marlin.explorer.sweep.Sweep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a sweep: leaves out what the store knows, takes what the cache knows, sends the rest to
 * Spark, keeps every outcome the moment it arrives.
 *
 * <p>A point is a Spark task of its own; the longest are started first. Outcomes reach the driver
 * when they are made, not when the job ends, and each is a transaction: whatever stops the driver
 * costs the points in flight only. A search is the same several times: it asks for points, and
 * their outcomes tell it what to ask for next.
 */
public final class SweepEngine {
  private final ResultStore store;
  private final @Nullable PointCache cache;
  private final PointRunner runner;
  private final SweepListener listener;
  private volatile boolean interrupted;

  /**
   * An engine.
   *
   * @param store where outcomes are kept
   * @param cache outcomes that sweeps share; null for none
   * @param runner makes an outcome of a point, wherever Spark runs it
   * @param listener is told of progress
   */
  public SweepEngine(
      ResultStore store, @Nullable PointCache cache, PointRunner runner, SweepListener listener) {
    this.store = store;
    this.cache = cache;
    this.runner = runner;
    this.listener = listener;
  }

  /** Makes {@link #run} come to its end soon, whatever is still running; from any thread. */
  public void interrupt() {
    interrupted = true;
  }

  /**
   * Runs a sweep to its end.
   *
   * @throws EngineException if Spark cannot start or gives up
   */
  public SweepSummary run(Sweep sweep, ResultStore.Provenance provenance, EngineOptions options) {
    long start = System.nanoTime();
    List<String> keys = keys(sweep.points(), provenance.codeVersion());
    long id = store.begin(sweep, keys, provenance);
    Run run = new Run(id, options);
    // Spark takes two seconds to start: a sweep that is known already does without.
    try (Lazy<SparkRunner> spark =
        new Lazy<>(() -> new SparkRunner(options.master(), sweep.name()))) {
      run.batch(sweep.points(), keys, spark);
      if (sweep.search().isPresent()) {
        search(sweep, provenance.codeVersion(), run, spark);
      }
    }
    if (!run.stopped()) {
      store.finish(id);
    }
    return run.summary((System.nanoTime() - start) * 1e-9);
  }

  private void search(Sweep sweep, String code, Run run, Lazy<SparkRunner> spark) {
    Map<DesignPoint, Score> scores = new HashMap<>();
    while (!run.stopped()) {
      List<DesignPoint> next = sweep.search().orElseThrow().next(scores);
      if (next.isEmpty()) {
        return;
      }
      List<String> keys = keys(next, code);
      store.add(run.id, run.points, sweep, next, keys, code);
      run.batch(next, keys, spark);
      Map<String, Score> found = new HashMap<>();
      store.find(keys).forEach(outcome -> found.put(outcome.key(), score(outcome)));
      for (int i = 0; i < next.size(); i++) {
        Score score = found.get(keys.get(i));
        if (score != null) {
          scores.put(next.get(i), score);
        }
      }
    }
  }

  private static Score score(PointOutcome outcome) {
    if (outcome.status() == PointStatus.CORRECT && outcome.run() != null) {
      return new Score(true, outcome.run().cycles(), 0);
    }
    boolean infeasible = outcome.status() == PointStatus.INFEASIBLE && outcome.failure() != null;
    return new Score(false, 0, infeasible ? outcome.failure().missingBytes() : Long.MAX_VALUE);
  }

  private static List<String> keys(List<DesignPoint> points, String code) {
    return points.stream().map(point -> point.key(code)).toList();
  }

  /** Something that is made when it is needed for the first time. */
  private static final class Lazy<T extends AutoCloseable> implements AutoCloseable {
    private final Supplier<T> make;
    private @Nullable T made;

    Lazy(Supplier<T> make) {
      this.make = make;
    }

    T get() {
      T there = made == null ? make.get() : made;
      made = there;
      return there;
    }

    @Override
    public void close() {
      if (made != null) {
        try {
          made.close();
        } catch (Exception e) {
          throw new EngineException("Spark cannot stop: " + e, e);
        }
      }
    }
  }

  /** A sweep on its way: keeps outcomes, counts, and decides when to stop. */
  private final class Run implements SparkRunner.Sink {
    private final long id;
    private final EngineOptions options;
    private final Map<String, DesignPoint> pending = new LinkedHashMap<>();
    private int points;
    private int known;
    private int cached;
    private int reused;
    private int retried;
    private double saved;
    private int ran;
    private double runSeconds;
    private double pointSeconds;
    private Effort effort = Effort.NONE;
    private int slots;
    private boolean failed;

    Run(long id, EngineOptions options) {
      this.id = id;
      this.options = options;
    }

    boolean stopped() {
      return failed || interrupted;
    }

    /** Runs points of the sweep, as far as they are not known. */
    void batch(List<DesignPoint> batch, List<String> keys, Lazy<SparkRunner> spark) {
      pending.clear();
      Set<String> finished = options.fresh() ? Set.of() : store.finished();
      for (int i = 0; i < keys.size(); i++) {
        if (!finished.contains(keys.get(i))) {
          pending.putIfAbsent(keys.get(i), batch.get(i));
        }
      }
      Set<String> unknown = new HashSet<>(pending.keySet());
      int copies = (int) keys.stream().filter(unknown::contains).count();
      known += keys.size() - copies;
      points += keys.size();
      saved += known == 0 ? 0 : store.hostSeconds(keys, unknown);
      takeCached();
      if (points > 0) {
        listener.begun(points, known + cached);
      }
      if (!pending.isEmpty() && !stopped()) {
        slots = spark.get().slots();
        spark.get().run(pending, runner, this);
      }
    }

    private void takeCached() {
      if (cache == null || options.fresh() || pending.isEmpty()) {
        return;
      }
      List<PointOutcome> there = new ArrayList<>();
      for (PointOutcome outcome : cache.find(List.copyOf(pending.keySet()))) {
        DesignPoint point = pending.remove(outcome.key());
        if (point != null) {
          there.add(outcome.reusedFor(point));
          saved += outcome.hostSeconds();
        }
      }
      store.putAll(there);
      cached += there.size();
    }

    @Override
    public boolean accept(PointOutcome outcome) {
      store.put(outcome);
      if (cache != null) {
        cache.put(outcome);
      }
      ran++;
      pointSeconds += outcome.hostSeconds();
      effort = effort.plus(outcome.effort());
      PointOutcome.BuildInfo build = outcome.build();
      if (build != null && build.reused()) {
        reused++;
        saved += build.executionSeconds();
      } else if (build != null) {
        runSeconds += build.executionSeconds();
      }
      listener.ended(outcome);
      boolean bad = outcome.status() == PointStatus.FAILED || outcome.status() == PointStatus.WRONG;
      failed |= options.failFast() && bad;
      return !stopped();
    }

    @Override
    public boolean retried(String key, int attempt, String place, String reason) {
      retried++;
      store.retried(id, key, attempt, place, reason);
      DesignPoint point = pending.get(key);
      if (point != null) {
        listener.retried(point, reason);
      }
      return !stopped();
    }

    @Override
    public boolean goesOn() {
      return !stopped();
    }

    SweepSummary summary(double seconds) {
      return new SweepSummary(
          points,
          known,
          cached,
          store.counts(id),
          reused,
          saved,
          retried,
          ran,
          runSeconds,
          pointSeconds,
          effort,
          slots,
          stopped(),
          seconds);
    }
  }
}
