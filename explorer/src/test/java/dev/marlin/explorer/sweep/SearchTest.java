package dev.marlin.explorer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SearchTest {
  @TempDir Path folder;

  private Search search(int generations) throws IOException {
    return search(16, generations);
  }

  private Search search(int population, int generations) throws IOException {
    String yaml =
        """
        grid:
          models: [dscnn, resnet8]
          l1: {from: 8KiB, to: 128KiB, step: 4KiB}
          l2: {from: 128KiB, to: 1MiB, step: 32KiB}
          cores: [1, 2, 4, 8]
        search: {population: %d, generations: %d}
        seed: 3
        """;
    Path file =
        Files.writeString(folder.resolve("s.yaml"), yaml.formatted(population, generations));
    Vocabulary words =
        new Vocabulary(
            List.of("dscnn", "resnet8"),
            List.of("dscnn", "resnet8")::contains,
            Set.of("cycles"),
            policy -> Set.of());
    return new SweepReader(words).read(file, "s.yaml").search().orElseThrow();
  }

  /** More memory and more cores help, less and less; too little does not fit. */
  private static Score score(DesignPoint point) {
    PointOptions options = point.options();
    long missing = 16L * 1024 - options.l1Bytes();
    if (missing > 0) {
      return new Score(false, 0, missing);
    }
    double cycles = 1e6 / options.cores() + 1e10 / options.l1Bytes() + 1e10 / options.l2Bytes();
    return new Score(true, (long) cycles, 0);
  }

  /** Runs a search to its end; returns its points in the order in which it asked for them. */
  private static List<DesignPoint> run(Search search, Map<DesignPoint, Score> known) {
    List<DesignPoint> asked = new ArrayList<>();
    for (List<DesignPoint> batch = search.next(known);
        !batch.isEmpty();
        batch = search.next(known)) {
      asked.addAll(batch);
      batch.forEach(point -> known.put(point, score(point)));
    }
    return asked;
  }

  private static double bestOf(List<DesignPoint> points, String model, long memory) {
    return points.stream()
        .filter(p -> p.model().name().equals(model))
        .filter(p -> p.options().l1Bytes() + p.options().l2Bytes() <= memory)
        .map(SearchTest::score)
        .filter(Score::correct)
        .mapToLong(Score::cycles)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Test
  void asksForNoPointTwiceAndForNoMoreThanItMay() throws IOException {
    Search search = search(10);
    List<DesignPoint> asked = run(search, new HashMap<>());
    assertThat(asked).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(320);
    assertThat(search.mostPoints()).isEqualTo(320);
    assertThat(asked.stream().map(p -> p.model().name()).distinct()).hasSize(2);
  }

  @Test
  void findsBetterPointsThanChanceAtTheSameCost() throws IOException {
    List<DesignPoint> evolved = run(search(10), new HashMap<>());
    // One generation is drawn at random: as many points without any selection.
    List<DesignPoint> drawn = run(search(160, 1), new HashMap<>());
    double logarithms = 0;
    for (String model : List.of("dscnn", "resnet8")) {
      for (long memory : new long[] {200 << 10, 256 << 10, 512 << 10, 1152 << 10}) {
        logarithms += Math.log(bestOf(drawn, model, memory) / bestOf(evolved, model, memory));
      }
    }
    assertThat(Math.exp(logarithms / 8)).as("mean speed-up over chance").isGreaterThan(1.05);
  }

  @Test
  void goesOnAfterAnyInterruptionAsIfThereHadBeenNone() throws IOException {
    List<DesignPoint> undisturbed = run(search(6), new HashMap<>());
    Map<DesignPoint, Score> kept = new HashMap<>();
    Set<DesignPoint> asked = new HashSet<>();
    for (int crash = 1; crash <= 30; crash++) {
      // A new process knows only what was kept: part of a batch.
      List<DesignPoint> batch = search(6).next(kept);
      asked.addAll(batch);
      batch.stream().limit(1 + crash % 5).forEach(point -> kept.put(point, score(point)));
    }
    asked.addAll(run(search(6), kept));
    assertThat(asked).containsExactlyInAnyOrderElementsOf(undisturbed);
  }

  @Test
  void neverTakesAPointThatDoesNotFitForABetterOne() throws IOException {
    List<DesignPoint> asked = run(search(10), new HashMap<>());
    long late =
        asked.subList(asked.size() / 2, asked.size()).stream()
            .filter(p -> !score(p).correct())
            .count();
    long early = asked.subList(0, 32).stream().filter(p -> !score(p).correct()).count();
    assertThat(late / (asked.size() / 2.0)).isLessThan(Math.max(0.2, early / 32.0));
  }
}
