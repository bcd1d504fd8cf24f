package dev.marlin.explorer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.marlin.explorer.cli.InProcess.Result;
import dev.marlin.explorer.store.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, as the terminal sends it to a process of its own. */
final class InterruptionTest {
  @TempDir Path folder;

  /** A shell gives its background jobs the signal of Ctrl-C ignored, and they hand that on. */
  private static boolean ignoresInterrupts() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  @Test
  void anInterruptedSweepSaysHowToGoOnAndGoesOnThere() throws Exception {
    assumeFalse(ignoresInterrupts(), "this process was started with SIGINT ignored");
    Files.writeString(
        folder.resolve("s.yaml"),
        "{name: long, grid: {models: dscnn, l1: {from: 32KiB, to: 128KiB, step: 1000}}}");
    Path log = folder.resolve("log");
    Process sweep =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dmarlin.root=" + folder,
                Main.class.getName(),
                "s.yaml",
                "--cache",
                "cache",
                "--master",
                "local[2]")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
      while (!Files.readString(log).contains("[3/") && System.nanoTime() < end) {
        assertThat(sweep.isAlive()).as(Files.readString(log)).isTrue();
        TimeUnit.MILLISECONDS.sleep(20);
      }
      interrupt(sweep);
      assertThat(sweep.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      sweep.destroyForcibly();
    }
    assertThat(sweep.exitValue()).isEqualTo(130);
    assertThat(Files.readString(log))
        .contains("go on with: explore s.yaml --cache cache")
        .doesNotContain("Exception")
        .doesNotContain("internal error");
    Path results = folder.resolve("reports/out/long");
    assertThat(results.resolve(ResultStore.FILE + "-wal"))
        .as("the store was closed")
        .doesNotExist();
    int kept;
    try (ResultStore store = ResultStore.open(results)) {
      kept = store.finished().size();
    }
    assertThat(kept).isGreaterThanOrEqualTo(3);
    Result plan = InProcess.explore(folder, "s.yaml", "--dry-run", "--cache", "cache", "--quiet");
    assertThat(plan.err()).contains("99 points, " + kept + " known already");
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
