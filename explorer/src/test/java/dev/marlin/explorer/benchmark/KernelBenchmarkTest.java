package dev.marlin.explorer.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The kernels are as fast as the table in docs/kernels.md says, and that is fast enough. */
final class KernelBenchmarkTest {
  /**
   * Simulated cycles are exact, but whatever moves code changes when the cores begin, and with it
   * how often they meet in a bank; a change that costs or gains more than this must show in docs.
   */
  private static final double MOVED = 0.02;

  private static final double MARGIN = 0.01;

  /** Cycles on one core that make a tile large: the start of a kernel then counts for little. */
  private static final int LARGE = 10_000;

  private static final String REGENERATE =
      "Maybe ./explore kernels --update docs/kernels.md, and look at what it changes";

  private static Map<KernelCase, KernelTiming> timings = Map.of();

  @BeforeAll
  static void measure() {
    KernelBenchmark benchmark =
        new KernelBenchmark(new FirmwareBuilder(Toolchains.find("auto", System.err::println)));
    Map<KernelCase, KernelTiming> measured = new LinkedHashMap<>();
    for (KernelCase line : KernelCases.all()) {
      measured.put(line, benchmark.run(line, List.of(1, 8)));
    }
    timings = measured;
  }

  /** Cells of the lines between the marks, by kernel and shape. */
  private static Map<String, List<String>> documented() throws IOException {
    Path document = Path.of(System.getProperty("marlin.root", ".."), "docs", "kernels.md");
    Map<String, List<String>> rows = new LinkedHashMap<>();
    boolean within = false;
    for (String line : Files.readAllLines(document)) {
      if (line.equals("<!-- explore kernels -->")) {
        within = true;
      } else if (line.equals("<!-- end -->")) {
        within = false;
      } else if (within && line.startsWith("| ") && !line.startsWith("| kernel")) {
        List<String> cells = List.of(line.substring(2).split(" \\| ", -1));
        rows.put(cells.get(0) + " " + cells.get(1), cells);
      }
    }
    return rows;
  }

  @Test
  void theDocumentedCyclesAreTheMeasuredOnes() throws IOException {
    Map<String, List<String>> documented = documented();
    assertThat(documented.keySet())
        .as(REGENERATE)
        .containsExactlyElementsOf(
            timings.keySet().stream().map(line -> line.name() + " " + line.shape()).toList());
    for (KernelTiming timing : timings.values()) {
      String name = timing.measured().name() + " " + timing.measured().shape();
      List<String> cells = documented.get(name);
      for (Map.Entry<Integer, Integer> column : Map.of(1, 2, 8, 5).entrySet()) {
        long cycles = timing.cycles().get(column.getKey());
        double stated = Double.parseDouble(cells.get(column.getValue()));
        assertThat((double) cycles)
            .as("%s on %d cores. %s", name, column.getKey(), REGENERATE)
            .isCloseTo(stated, within(MOVED * stated));
      }
    }
  }

  @Test
  void everyTargetIsReachedButThoseThatTheDocumentExplains() {
    List<String> missed =
        timings.values().stream()
            .filter(t -> t.measured().target() * (1 - MARGIN) > t.rate(8))
            .map(t -> t.measured().name() + " " + t.measured().shape())
            .toList();
    assertThat(missed)
        .isSubsetOf(
            "max 2x2 32x32x32 -> 16x16x32",
            "average 7x7x256 -> 1x1x256",
            "average 7x7x1024 -> 1x1x1024");
  }

  @Test
  void eightCoresAreSevenTimesAsFastAsOneOnLargeTiles() {
    int large = 0;
    for (KernelTiming timing : timings.values()) {
      if (timing.cycles().get(1) >= LARGE) {
        large++;
        assertThat(timing.rate(8) / timing.rate(1))
            .as("%s %s", timing.measured().name(), timing.measured().shape())
            .isGreaterThanOrEqualTo(7 * (1 - MARGIN));
      }
    }
    assertThat(large).isGreaterThanOrEqualTo(20);
  }

  @Test
  void eightCoresAreSixTimesAsFastAsOneOnEverything() {
    for (KernelTiming timing : timings.values()) {
      assertThat(timing.rate(8) / timing.rate(1))
          .as("%s %s", timing.measured().name(), timing.measured().shape())
          .isGreaterThanOrEqualTo(6);
    }
  }

  @Test
  void aLineSaysWhatItMeasures() {
    KernelCase pointwise = KernelCases.all().get(0);
    assertThat(pointwise.shape()).isEqualTo("8x8x128 -> 8x8x128");
    assertThat(pointwise.work()).isEqualTo(8L * 8 * 128 * 128);
    assertThat(timings.get(pointwise))
        .satisfies(t -> assertThat(t.codeBytes()).isBetween(500, 4096))
        .satisfies(t -> assertThat(t.shareOfBound(8)).isBetween(0.5, 1.0));
  }
}
