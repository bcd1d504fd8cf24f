package dev.marlin.explorer.engine;

import static dev.marlin.explorer.Fakes.PROVENANCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.store.Query;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.store.StoredSweep;
import dev.marlin.explorer.sweep.Sweep;
import dev.marlin.explorer.sweep.SweepReader;
import dev.marlin.explorer.sweep.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The driver is killed in the middle of a sweep, again and again. {@code -Dmarlin.kills=20} kills
 * it twenty times.
 */
final class FaultTest {
  private static final int POINTS = 200;
  private static final int KILLS = Integer.getInteger("marlin.kills", 4);
  private static final EngineOptions LOCAL = new EngineOptions("local[2]", false, false);

  /** Stands for the sweep of all points, which needs no file. */
  private static final String GRID = "grid";

  @TempDir Path folder;

  private static final class Silent implements SweepListener {
    @Override
    public void begun(int points, int known) {}

    @Override
    public void ended(PointOutcome outcome) {}
  }

  /** A sweep in a process of its own, to be killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) throws IOException {
      run(args[0], Path.of(args[1]), Path.of(args[2]), Long.parseLong(args[3]));
    }
  }

  private static Sweep sweep(String yaml) throws IOException {
    Vocabulary words =
        new Vocabulary(List.of("dscnn"), "dscnn"::equals, Set.of("cycles"), p -> Set.of());
    return yaml.equals(GRID)
        ? Fakes.sweep(POINTS)
        : new SweepReader(words).read(Path.of(yaml), "s.yaml");
  }

  private static SweepSummary run(String yaml, Path results, Path journal, long milliseconds)
      throws IOException {
    SweepEngineTest.FakeRunner runner =
        new SweepEngineTest.FakeRunner(journal.toString(), milliseconds);
    try (ResultStore store = ResultStore.open(results)) {
      return new SweepEngine(store, null, runner, new Silent()).run(sweep(yaml), PROVENANCE, LOCAL);
    }
  }

  private static Process start(String yaml, Path results, Path journal) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Victim.class.getName(),
            yaml,
            results.toString(),
            journal.toString(),
            "20")
        .redirectErrorStream(true)
        .redirectOutput(results.resolveSibling("victim.log").toFile())
        .start();
  }

  private static List<String> lines(Path journal) throws IOException {
    return Files.exists(journal) ? Files.readAllLines(journal) : List.of();
  }

  private static StoredSweep latest(Path results) {
    try (ResultStore store = ResultStore.openToRead(results)) {
      return store.latest();
    }
  }

  @Test
  void aSweepWhoseDriverIsKilledAtAnyMomentComesToTheSameRows() throws Exception {
    comesToTheSameRows(GRID, POINTS, KILLS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random: 40", "search: {population: 10, generations: 4}"})
  void soDoPointsAtRandomAndASearch(String space) throws Exception {
    Path yaml = folder.resolve("s.yaml");
    Files.writeString(
        yaml, "{grid: {models: dscnn, l1: {from: 1000, to: 1999, step: 1}}, " + space + "}");
    comesToTheSameRows(yaml.toString(), 40, Math.max(2, KILLS / 2));
  }

  private void comesToTheSameRows(String yaml, int points, int kills) throws Exception {
    Path results = folder.resolve("results");
    Path journal = folder.resolve("journal");
    Random random = new Random(4711);
    Map<String, Integer> ended = new HashMap<>();
    for (int kill = 0; kill < kills; kill++) {
      // Half of the moments are while points run, after 0 to 2 N/kills of them; the others are at
      // any time since the start of the process, before or after Spark has begun.
      int more = random.nextInt(Math.max(2, 2 * points / Math.max(20, kills)));
      int milliseconds = 100 + random.nextInt(4000);
      boolean byTime = kill % 2 == 1;
      Process victim = start(yaml, results, journal);
      try {
        long start = System.nanoTime();
        int before = lines(journal).size();
        while (victim.isAlive() && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(60)) {
          long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          if (byTime ? passed >= milliseconds : lines(journal).size() > before + more) {
            break;
          }
          TimeUnit.MILLISECONDS.sleep(2);
        }
      } finally {
        victim.destroyForcibly().waitFor();
      }
      // What has ended when the driver dies never begins again.
      List<String> begun = lines(journal);
      for (String point : kept(results)) {
        int times = Collections.frequency(begun, point);
        assertThat(ended.putIfAbsent(point, times)).isIn(null, times);
      }
    }
    assertThat(lines(journal)).as(Files.readString(folder.resolve("victim.log"))).isNotEmpty();

    SweepSummary summary = run(yaml, results, journal, 0);
    Path quiet = folder.resolve("quiet");
    run(yaml, quiet, folder.resolve("other journal"), 0);

    assertThat(latest(results).rows()).isEqualTo(latest(quiet).rows()).hasSize(points);
    assertThat(summary.known()).isEqualTo(ended.size());
    List<String> all = lines(folder.resolve("other journal"));
    assertThat(all).hasSize(points).doesNotHaveDuplicates();
    assertThat(lines(journal)).as("no other points were begun").isSubsetOf(all);
    for (String point : all) {
      int times = Collections.frequency(lines(journal), point);
      assertThat(times).as("runs of point " + point).isBetween(1, 1 + kills);
      assertThat(times).isEqualTo(ended.getOrDefault(point, times));
    }
  }

  /** The points that have ended, as the journal calls them. */
  private static List<String> kept(Path results) {
    if (!Files.exists(results.resolve(ResultStore.FILE))) {
      return List.of();
    }
    return Query.ask(results, "SELECT l1_bytes - 1000 FROM points").rows().stream()
        .map(row -> String.valueOf(row.get(0)))
        .toList();
  }
}
