package dev.marlin.explorer.engine;

import static dev.marlin.explorer.Fakes.PROVENANCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointRunner;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.store.PointCache;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.Sweep;
import dev.marlin.explorer.sweep.SweepReader;
import dev.marlin.explorer.sweep.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepEngineTest {
  private static final EngineOptions LOCAL = new EngineOptions("local[2]", false, false);

  @TempDir Path folder;

  /** Point i is wrong, failed or infeasible if i % 10 is 7, 8 or 9; notes every call in a file. */
  record FakeRunner(String journal, long milliseconds) implements PointRunner {
    @Override
    public long work(ModelRef model) {
      return model.name().length();
    }

    @Override
    public PointOutcome run(DesignPoint point, String key) {
      int i = point.options().l1Bytes() - 1000;
      try {
        Files.writeString(
            Path.of(journal), i + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Thread.sleep(milliseconds);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      PointStatus status =
          switch (i % 10) {
            case 7 -> PointStatus.WRONG;
            case 8 -> PointStatus.FAILED;
            case 9 -> PointStatus.INFEASIBLE;
            default -> PointStatus.CORRECT;
          };
      return Fakes.outcome(point, key, status);
    }
  }

  /** Cannot write at every second point. */
  record DyingRunner() implements PointRunner {
    @Override
    public PointOutcome run(DesignPoint point, String key) {
      if (point.options().l1Bytes() % 2 == 0) {
        throw new UncheckedIOException(new IOException("the disk is gone"));
      }
      return Fakes.outcome(point, key, PointStatus.CORRECT);
    }
  }

  private static final class Journal implements SweepListener {
    private final List<PointOutcome> ended = new ArrayList<>();
    private int known = -1;

    @Override
    public void begun(int points, int alreadyKnown) {
      known = alreadyKnown;
    }

    @Override
    public void ended(PointOutcome outcome) {
      ended.add(outcome);
    }
  }

  private List<String> calls() throws IOException {
    Path journal = folder.resolve("journal");
    return Files.exists(journal) ? Files.readAllLines(journal) : List.of();
  }

  private SweepSummary run(Sweep sweep, EngineOptions options, Journal journal) {
    FakeRunner runner = new FakeRunner(folder.resolve("journal").toString(), 1);
    try (ResultStore store = ResultStore.open(folder)) {
      return new SweepEngine(store, null, runner, journal).run(sweep, PROVENANCE, options);
    }
  }

  @Test
  void runsEveryPointOnceAndKeepsFailuresAsRows() throws IOException {
    Journal journal = new Journal();
    SweepSummary summary = run(Fakes.sweep(20), LOCAL, journal);
    assertThat(calls()).hasSize(20).doesNotHaveDuplicates();
    assertThat(journal.ended).hasSize(20);
    assertThat(summary.count(PointStatus.CORRECT)).isEqualTo(14);
    assertThat(summary.count(PointStatus.WRONG)).isEqualTo(2);
    assertThat(summary.count(PointStatus.FAILED)).isEqualTo(2);
    assertThat(summary.count(PointStatus.INFEASIBLE)).isEqualTo(2);
    assertThat(summary.isGood()).isFalse();
    try (ResultStore store = ResultStore.openToRead(folder)) {
      assertThat(store.latest().outcomes().stream().map(o -> o.point().options().l1Bytes() - 1000))
          .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 20).boxed().toList());
    }
  }

  @Test
  void neverRunsAFinishedPointAgainUnlessAskedTo() throws IOException {
    run(Fakes.sweep(6), LOCAL, new Journal());
    Journal journal = new Journal();
    SweepSummary summary = run(Fakes.sweep(7), LOCAL, journal);
    assertThat(journal.known).isEqualTo(6);
    assertThat(summary.known()).isEqualTo(6);
    assertThat(summary.count(PointStatus.CORRECT)).isEqualTo(7);
    assertThat(calls()).hasSize(7);
    run(Fakes.sweep(7), new EngineOptions("local[2]", true, false), new Journal());
    assertThat(calls()).hasSize(14);
  }

  @Test
  void stopsAtTheFirstFailureIfAskedTo() throws IOException {
    SweepSummary summary =
        run(Fakes.sweep(200), new EngineOptions("local[1]", false, true), new Journal());
    assertThat(summary.stopped()).isTrue();
    // Point 7 is wrong and 8 fails; which of the two answers first is for Spark's threads to
    // settle.
    assertThat(summary.count(PointStatus.WRONG) + summary.count(PointStatus.FAILED)).isEqualTo(1);
    assertThat(summary.count(PointStatus.CORRECT) + summary.count(PointStatus.INFEASIBLE))
        .as("points that were kept before")
        .isLessThan(100);
  }

  @Test
  void triesWhatTheMachineryBrokeAgainAndKeepsItApartFromWhatIsWrongWithAPoint() {
    try (ResultStore store = ResultStore.open(folder)) {
      SweepEngine engine = new SweepEngine(store, null, new DyingRunner(), new Journal());
      SweepSummary summary = engine.run(Fakes.sweep(4), PROVENANCE, LOCAL);
      assertThat(summary.count(PointStatus.CORRECT)).isEqualTo(2);
      assertThat(summary.count(PointStatus.FAILED)).isEqualTo(2);
      assertThat(summary.retried()).isEqualTo(4);
      assertThat(store.finished()).as("failed points are tried the next time").hasSize(2);
      assertThat(store.latest().outcomes().get(0).failure())
          .returns("environment", Failure::kind)
          .returns("tried 3 times: the disk is gone", Failure::message);
    }
  }

  /** Finds a class missing at every second point. */
  record BrokenRunner() implements PointRunner {
    @Override
    public PointOutcome run(DesignPoint point, String key) {
      if (point.options().l1Bytes() % 2 == 0) {
        throw new NoClassDefFoundError("solver");
      }
      return Fakes.outcome(point, key, PointStatus.CORRECT);
    }
  }

  @Test
  void pointsWhoseAttemptsAreAllLostEndWithTheReasonAndTheOthersGoOn() {
    try (ResultStore store = ResultStore.open(folder)) {
      SweepEngine engine = new SweepEngine(store, null, new BrokenRunner(), new Journal());
      SweepSummary summary = engine.run(Fakes.sweep(6), PROVENANCE, LOCAL);
      assertThat(summary.count(PointStatus.CORRECT)).isEqualTo(3);
      assertThat(summary.count(PointStatus.FAILED)).isEqualTo(3);
      assertThat(store.latest().outcomes().get(0).failure())
          .returns("environment", Failure::kind)
          .returns(
              "started 3 times, and each time the attempt was lost:"
                  + " java.lang.NoClassDefFoundError: solver",
              Failure::message);
    }
  }

  /** Two points meet: each ends only when the other has begun, or after a minute. */
  record MeetingRunner() implements PointRunner {
    private static final CyclicBarrier MEETING = new CyclicBarrier(2);

    @Override
    public PointOutcome run(DesignPoint point, String key) {
      try {
        MEETING.await(1, TimeUnit.MINUTES);
        return Fakes.outcome(point, key, PointStatus.CORRECT);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        return Fakes.outcome(point, key, PointStatus.FAILED);
      }
    }
  }

  @Test
  void runsTwoPointsAtATimeOnTwoCores() {
    try (ResultStore store = ResultStore.open(folder)) {
      SweepSummary summary =
          new SweepEngine(store, null, new MeetingRunner(), new Journal())
              .run(Fakes.sweep(20), PROVENANCE, LOCAL);
      assertThat(summary.count(PointStatus.CORRECT)).isEqualTo(20);
      assertThat(summary.slots()).isEqualTo(2);
    }
  }

  @Test
  void saysWhatTheRunsTookAndWhatElse() throws IOException {
    SweepSummary summary = run(Fakes.sweep(7), LOCAL, new Journal());
    assertThat(summary.ran()).isEqualTo(7);
    assertThat(summary.runSeconds()).isEqualTo(7 * 0.125);
    assertThat(summary.pointSeconds()).isEqualTo(7 * 0.25);
    assertThat(summary.otherSeconds()).isEqualTo(7 * 0.125);
    assertThat(summary.overhead()).isEqualTo(2 * summary.hostSeconds() / (7 * 0.125) - 1);
    SweepSummary again = run(Fakes.sweep(7), LOCAL, new Journal());
    assertThat(again.ran()).isZero();
    assertThat(again.overhead()).isNaN();
  }

  @Test
  void takesWhatAnotherSweepHasRunFromTheCache() throws IOException {
    Path other = folder.resolve("other");
    try (PointCache cache = PointCache.open(folder.resolve("cache"))) {
      FakeRunner runner = new FakeRunner(folder.resolve("journal").toString(), 1);
      try (ResultStore store = ResultStore.open(folder)) {
        new SweepEngine(store, cache, runner, new Journal()).run(Fakes.sweep(9), PROVENANCE, LOCAL);
      }
      try (ResultStore store = ResultStore.open(other)) {
        SweepSummary summary =
            new SweepEngine(store, cache, runner, new Journal())
                .run(Fakes.sweep(10), PROVENANCE, LOCAL);
        assertThat(summary.cached()).isEqualTo(9);
        assertThat(summary.savedSeconds()).isEqualTo(9 * 0.25);
        assertThat(store.latest().outcomes().get(0).build().reused()).isTrue();
        assertThat(store.latest().outcomes()).hasSize(10);
      }
      assertThat(calls()).hasSize(10);
      try (ResultStore store = ResultStore.open(folder.resolve("third"))) {
        EngineOptions fresh = new EngineOptions("local[2]", true, false);
        assertThat(
                new SweepEngine(store, cache, runner, new Journal())
                    .run(Fakes.sweep(10), PROVENANCE, fresh)
                    .cached())
            .isZero();
      }
    }
  }

  @Test
  void startsThePointsOfTheLargestNetworksFirst() throws IOException {
    List<DesignPoint> points = new ArrayList<>();
    for (String model : List.of("a", "ccc", "bb")) {
      points.add(
          new DesignPoint(
              ModelRef.zoo(model), PointOptions.defaults().withL1Bytes(1000 + model.length())));
    }
    run(new Sweep("s", "", "", points), new EngineOptions("local[1]", false, false), new Journal());
    assertThat(calls()).containsExactly("3", "2", "1");
  }

  @Test
  void runsASearchToItsEndAndGoesOnAfterAnInterruption() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("search.yaml"),
            """
            grid: {models: dscnn, l1: {from: 1000, to: 1999, step: 1}}
            search: {population: 8, generations: 4}
            """);
    Vocabulary words =
        new Vocabulary(List.of("dscnn"), "dscnn"::equals, Set.of("cycles"), p -> Set.of());
    Sweep sweep = new SweepReader(words).read(file, "search.yaml");
    FakeRunner runner = new FakeRunner(folder.resolve("journal").toString(), 1);
    try (ResultStore store = ResultStore.open(folder)) {
      Journal journal = new Journal();
      SweepEngine[] engine = new SweepEngine[1];
      SweepListener impatient =
          new SweepListener() {
            @Override
            public void begun(int points, int known) {}

            @Override
            public void ended(PointOutcome outcome) {
              journal.ended(outcome);
              if (journal.ended.size() == 11) {
                engine[0].interrupt();
              }
            }
          };
      engine[0] = new SweepEngine(store, null, runner, impatient);
      assertThat(engine[0].run(sweep, PROVENANCE, LOCAL).stopped()).isTrue();
      Sweep again = new SweepReader(words).read(file, "search.yaml");
      SweepSummary summary =
          new SweepEngine(store, null, runner, new Journal()).run(again, PROVENANCE, LOCAL);
      assertThat(summary.stopped()).isFalse();
      assertThat(summary.points()).isEqualTo(32);
      assertThat(summary.known()).isEqualTo(11);
      try (ResultStore quiet = ResultStore.open(folder.resolve("quiet"))) {
        new SweepEngine(quiet, null, runner, new Journal()).run(again, PROVENANCE, LOCAL);
        assertThat(store.latest().rows()).isEqualTo(quiet.latest().rows()).hasSize(32);
      }
    }
  }

  @Test
  void pointsAtRandomGoOnAfterAnInterruptionAsIfThereHadBeenNone() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("random.yaml"),
            """
            grid: {models: dscnn, l1: {from: 1000, to: 1999, step: 1}}
            random: 40
            seed: 5
            """);
    Vocabulary words =
        new Vocabulary(List.of("dscnn"), "dscnn"::equals, Set.of("cycles"), p -> Set.of());
    FakeRunner runner = new FakeRunner(folder.resolve("journal").toString(), 1);
    try (ResultStore store = ResultStore.open(folder.resolve("disturbed"));
        ResultStore quiet = ResultStore.open(folder.resolve("quiet"))) {
      SweepEngine[] engine = new SweepEngine[1];
      Journal journal = new Journal();
      SweepListener impatient =
          new SweepListener() {
            @Override
            public void begun(int points, int known) {}

            @Override
            public void ended(PointOutcome outcome) {
              journal.ended(outcome);
              if (journal.ended.size() == 13) {
                engine[0].interrupt();
              }
            }
          };
      engine[0] = new SweepEngine(store, null, runner, impatient);
      Sweep sweep = new SweepReader(words).read(file, "random.yaml");
      assertThat(engine[0].run(sweep, PROVENANCE, LOCAL).stopped()).isTrue();
      Sweep again = new SweepReader(words).read(file, "random.yaml");
      SweepSummary summary =
          new SweepEngine(store, null, runner, new Journal()).run(again, PROVENANCE, LOCAL);
      assertThat(summary.known()).isEqualTo(13);
      new SweepEngine(quiet, null, runner, new Journal()).run(sweep, PROVENANCE, LOCAL);
      assertThat(store.latest().rows()).isEqualTo(quiet.latest().rows()).hasSize(40);
    }
  }

  @Test
  void saysSoWhenSparkCannotStart() {
    try (ResultStore store = ResultStore.open(folder)) {
      SweepEngine engine = new SweepEngine(store, null, new DyingRunner(), new Journal());
      EngineOptions nonsense = new EngineOptions("nonsense", false, false);
      assertThatThrownBy(() -> engine.run(Fakes.sweep(2), PROVENANCE, nonsense))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("Spark cannot start with --master nonsense");
    }
  }
}
