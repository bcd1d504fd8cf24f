package dev.marlin.explorer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.cli.InProcess.Result;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.store.Query;
import dev.marlin.explorer.sweep.DesignPoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of a sweep do. */
final class SweepCommandTest {
  @TempDir Path folder;

  private Result explore(String... args) {
    return InProcess.explore(
        folder,
        Stream.concat(
                Stream.of(args),
                Stream.of("--cache", "cache", "--out", "out", "--master", "local[1]"))
            .toArray(String[]::new));
  }

  private void sweep(String text) throws IOException {
    Files.writeString(folder.resolve("s.yaml"), text);
  }

  private List<Path> builds() throws IOException {
    Path builds = folder.resolve("out/builds");
    if (!Files.exists(builds)) {
      return List.of();
    }
    try (Stream<Path> kept = Files.list(builds)) {
      return kept.toList();
    }
  }

  @Test
  void keepsApplicationsThatRunAloneWithinTheDiskBudget() throws IOException {
    sweep("grid: {models: autoencoder, l1: [8KiB, 48KiB, 64KiB]}");
    assertThat(explore("s.yaml").status()).isZero();
    assertThat(builds()).as("without being asked, of correct and infeasible points").isEmpty();
    Result kept = explore("s.yaml", "--fresh", "--keep-builds", "--disk-budget", "1");
    assertThat(kept.status()).as(kept.err()).isZero();
    assertThat(builds()).as("none after the budget is spent").hasSize(1);
    Path build = builds().get(0);
    Query keys =
        Query.ask(folder.resolve("out"), "SELECT point_key FROM results WHERE status = 'CORRECT'");
    assertThat(keys.rows()).hasSizeGreaterThan(1);
    assertThat(keys.rows().toString()).contains(String.valueOf(build.getFileName()));
    Result alone =
        InProcess.explore(
            folder, "simulate", build + "/program.elf", "--l3", build.resolve("l3.bin").toString());
    assertThat(alone.out()).contains("marlin total cycles");
  }

  @Test
  void saysNothingButThePageAndWhatWentWrongWhenQuiet() throws IOException {
    Files.writeString(folder.resolve("bad.onnx"), "no network");
    sweep("grid: {models: [bad.onnx, autoencoder]}");
    Result sweep = explore("s.yaml", "--quiet");
    assertThat(sweep.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(sweep.out().strip()).isEqualTo(folder.resolve("out/index.html").toString());
    assertThat(sweep.err().lines()).hasSize(1).allMatch(line -> line.contains("bad, L1 64KiB"));
    Query failure =
        Query.ask(
            folder.resolve("out"),
            "SELECT kind, message, reproduce FROM results" + " WHERE status = 'FAILED'");
    assertThat(failure.rows()).hasSize(1);
    assertThat(failure.rows().get(0).get(0)).isEqualTo("model");
    assertThat(failure.rows().get(0).get(2).toString()).startsWith("explore run ");
  }

  @Test
  void stopsAtTheFirstFailureIfAskedTo() throws IOException {
    Files.writeString(folder.resolve("bad.onnx"), "no network");
    sweep("grid: {models: bad.onnx, l1: {from: 32KiB, to: 64KiB, step: 1KiB}}");
    Result stopped = explore("s.yaml", "--fail-fast");
    assertThat(stopped.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(stopped.err()).contains("stopped at a failure; 33 points: ").contains(" 1 failed");
  }

  private static String progress(boolean terminal, boolean quiet) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(stream, stream, Path.of(""), Path.of(""));
    try (SweepProgress progress = new SweepProgress(console, terminal, quiet)) {
      progress.begun(5, 1);
      PointStatus[] ends = {
        PointStatus.CORRECT, PointStatus.INFEASIBLE, PointStatus.FAILED, PointStatus.CORRECT
      };
      for (int i = 0; i < ends.length; i++) {
        DesignPoint point = Fakes.point(i);
        progress.ended(Fakes.outcome(point, "key" + i, ends[i]));
      }
    }
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void showsABarOnATerminalAndLinesElsewhere() {
    assertThat(progress(true, false))
        .contains("5 points, 1 known already, 4 to run")
        .contains("\r")
        .contains("5/5")
        .contains("2 correct, 1 infeasible, 1 failed, 1 known, best ")
        .contains("dscnn, L1 1002, L2");
    assertThat(progress(false, false).lines())
        .hasSize(5)
        .anyMatch(line -> line.startsWith("[2/5] dscnn"))
        .anyMatch(line -> line.contains("deadlock: bad"));
    assertThat(progress(true, true).lines()).hasSize(1).allMatch(line -> line.contains("deadlock"));
  }
}
