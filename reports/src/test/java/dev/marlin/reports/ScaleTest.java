package dev.marlin.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reports of large sweeps. {@code -Dreport.rows=20000} measures the largest that is promised; the
 * default keeps the tests quick.
 */
final class ScaleTest {
  @TempDir Path folder;

  @Test
  void aPageOfAThousandPointsIsSmall() throws IOException {
    int count = Integer.getInteger("report.rows", 1000);
    List<ResultRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Setup setup =
          Rows.memories(16L << (i % 4), 128L << (i / 4 % 4))
              .withCores(1 + i / 16 % 8)
              .withTiling(
                  i / 128 % 2 == 0 ? "cycles" : "dory-gap8",
                  i < 256 ? "" : "weight=" + i / 256 / 20);
      rows.add(
          Rows.with(
              "p" + i,
              "network_" + i % (count > 1000 ? 20 : 4),
              setup,
              Rows.layers(9_000_000 - i * 100L, 28),
              9_000_000 - i * 100L,
              ""));
    }
    long begin = System.nanoTime();
    Path index = new ReportWriter().write(Rows.results(rows), folder);
    double seconds = (System.nanoTime() - begin) * 1e-9;
    System.out.printf(
        "%d rows: %.1f s, %d MiB of heap in use, index %d bytes%n",
        count,
        seconds,
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
        Files.size(index));
    assertThat(Files.size(index)).isLessThan(5_000_000L * Math.max(1, count / 1000));
    if (count >= 20_000) {
      assertThat(seconds).isLessThan(20.0 * count / 20_000);
    }
    assertThat(folder.resolve("points/p" + (count - 1) + ".html")).exists();
  }
}
