package dev.marlin.explorer.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.sweep.Buffering;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.WhatIf;
import dev.marlin.reports.energy.PowerModel;
import dev.marlin.simulator.ChipConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExecutionTest {
  private static final RunCache.Kept SOME =
      new RunCache.Kept(
          new Execution(30, List.of(10L, 20L), List.of(0L, 1L), "x", 7, 0.5),
          new Provenance("1.0", "abc", "code", "1", "host", "2026-01-01T00:00:00Z"));

  @TempDir Path folder;

  @Test
  void readsTheCyclesThatAProgramReports() {
    ProgramOutput output =
        ProgramOutput.parse(
            "hello\nmarlin layer 1 cycles 20\nmarlin layer 0 cycles 10\nmarlin total cycles 31\n",
            2);
    assertThat(output.layers()).containsExactly(10L, 20L);
    assertThat(output.total()).isEqualTo(31);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "marlin layer 0 cycles 1;marlin total cycles 1 | printed no cycles of layer 1 of 2",
        "marlin layer 0 cycles 1;marlin layer 1 cycles 1 | printed no line \"marlin total cycles\"",
        "marlin layer 7 cycles 1 | reports a layer 7, the network has 2",
        "marlin layer 0 cycles -1 | printed no cycles of layer 0",
      })
  void refusesReportsThatAreNotWhole(String text, String message) {
    assertThatThrownBy(() -> ProgramOutput.parse(text.replace(';', '\n'), 2))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining(message);
  }

  @Test
  void makesAnExecutionOnceAndFindsItAfterwards() {
    RunCache cache = new RunCache(folder);
    assertThat(cache.get("abcd", false, () -> SOME)).isEqualTo(new RunCache.Found(SOME, false));
    RunCache.Found second =
        cache.get(
            "abcd",
            false,
            () -> {
              throw new AssertionError("made twice");
            });
    assertThat(second).isEqualTo(new RunCache.Found(SOME, true));
  }

  @Test
  void makesAnExecutionAgainWhenAskedToOrWhenTheFileIsDamaged() throws IOException {
    RunCache cache = new RunCache(folder);
    cache.get("abcd", false, () -> SOME);
    assertThat(cache.get("abcd", true, () -> SOME).reused()).isFalse();
    Files.writeString(folder.resolve("ab/abcd.json"), "{\"cycles\": 3");
    assertThat(cache.get("abcd", false, () -> SOME).reused()).isFalse();
    assertThat(cache.get("abcd", false, () -> SOME).reused()).isTrue();
  }

  @Test
  void sharesAnExecutionBetweenThreadsThatAskAtOnce() throws Exception {
    RunCache cache = new RunCache(folder);
    AtomicInteger made = new AtomicInteger();
    Callable<RunCache.Found> ask =
        () ->
            cache.get(
                "abcd",
                false,
                () -> {
                  made.incrementAndGet();
                  return SOME;
                });
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<RunCache.Found>> calls = new ArrayList<>();
      Stream.generate(() -> ask).limit(64).forEach(calls::add);
      for (Future<RunCache.Found> found : threads.invokeAll(calls)) {
        assertThat(found.get().kept()).isEqualTo(SOME);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void aFileThatCannotBeWrittenWholeLeavesTheOldOneAndNothingBeside() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    part -> {
                      Files.writeString(part, "half of the n");
                      throw new IOException("the disk is full");
                    }))
        .hasMessage("the disk is full");
    assertThat(file).hasContent("old");
    WholeFile.write(file, part -> Files.writeString(part, "new"));
    assertThat(file).hasContent("new");
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void keepsNoExecutionThatFailed() {
    RunCache cache = new RunCache(folder);
    assertThatThrownBy(
            () ->
                cache.get(
                    "abcd",
                    false,
                    () -> {
                      throw new ExecutionException("deadlock", "stuck", "", null);
                    }))
        .hasMessage("stuck");
    assertThat(cache.get("abcd", false, () -> SOME).reused()).isFalse();
  }

  @Test
  void simulatesTheNextLargerChipThatCanBeBuilt() {
    PointOptions odd =
        PointOptions.defaults().withL1Bytes(48 << 10).withL2Bytes(300_001).withCores(3);
    ChipConfig chip = EmbeddedExecutor.chip(odd);
    assertThat(chip.l1Bytes()).isEqualTo(64 << 10);
    assertThat(chip.l2Bytes()).isEqualTo(303_104);
    assertThat(chip.cores()).isEqualTo(3);
    assertThat(EmbeddedExecutor.chip(PointOptions.defaults())).isEqualTo(ChipConfig.gap8());
    PointOptions banks =
        PointOptions.defaults().withChip(WhatIf.parse(Map.of("banking-factor", "4")));
    assertThat(EmbeddedExecutor.chip(banks)).isEqualTo(ChipConfig.gap8().withBankingFactor(4));
    PointOptions clocks =
        PointOptions.defaults().withChip(WhatIf.parse(Map.of("clock-ratio", "250:175")));
    assertThat(EmbeddedExecutor.chip(clocks))
        .isEqualTo(ChipConfig.gap8().withClocks(new ChipConfig.Clocks(10, 7)));
  }

  @Test
  void pointsOnOtherSiliconAndWithOtherBuffersHaveProgramsOfTheirOwnAndShareTilings() {
    LocalPointRunner runner =
        new LocalPointRunner(
            false,
            false,
            folder.toString(),
            1 << 20,
            folder.resolve("cache").toString(),
            MarlinBuild.current());
    ModelRef model = ModelRef.zoo("dw_3x3_s1_32x32x64");
    PointOptions gap8 = PointOptions.defaults().withL1Bytes(40_000);
    PointOptions first = gap8.withChip(WhatIf.parse(Map.of("gap8v1", "")));
    PointOptions slow = gap8.withChip(WhatIf.parse(Map.of("clock-ratio", "1:2")));
    List<PointOutcome> outcomes =
        Stream.of(gap8, first, slow, Buffering.set(gap8, "single"), Buffering.set(gap8, "double"))
            .map(options -> runner.run(new DesignPoint(model, options), options.toString()))
            .toList();
    assertThat(outcomes).allMatch(outcome -> outcome.status() == PointStatus.CORRECT);
    List<String> programs = outcomes.stream().map(o -> o.build().programHash()).toList();
    assertThat(programs.get(1)).as("waits behind 2-D transfers").isNotEqualTo(programs.get(0));
    assertThat(programs.get(2)).isEqualTo(programs.get(0));
    assertThat(outcomes.get(2).run().cycles())
        .as("L3 and L2 at half the clock of the cluster")
        .isGreaterThan(outcomes.get(0).run().cycles());
    assertThat(outcomes.get(2).run().millijoules()).isEmpty();
    assertThat(programs.get(3)).as("every transfer waited for").isNotEqualTo(programs.get(4));
    assertThat(outcomes.get(0).effort().tilings()).isPositive();
    assertThat(outcomes.get(1).effort().tilings()).isZero();
    assertThat(outcomes.get(1).effort().sharedTilings()).isPositive();
  }

  @Test
  void takesTheEnergyOfTheSlowestOperatingPointThatReachesTheClock() {
    var layer = new LayerReport(0, "conv0", "conv", 1000, 8000, "4x4x8", 3, 999, 555, 900, null, 0);
    double at100 = PointExecution.picojoulesPerCycle(100_000_000, 1000, List.of(layer));
    // The report's own: mW at 100 MHz are ten times as many pJ a cycle.
    assertThat(at100)
        .isCloseTo(10 * PowerModel.shipped().milliwatts(1000, 8000, 555), within(1e-9));
    assertThat(PointExecution.picojoulesPerCycle(50_000_000, 1000, List.of(layer)))
        .isEqualTo(at100);
    assertThat(PointExecution.picojoulesPerCycle(150_000_000, 1000, List.of(layer)))
        .isCloseTo(1.44 * at100, within(1e-9));
    assertThat(PointExecution.picojoulesPerCycle(9_000_000_000L, 1000, List.of(layer))).isNaN();
  }

  @Test
  void writesTheJsonThatScriptsRelyOn() throws IOException {
    DesignPoint point = Fakes.point(24);
    RunReport run = Fakes.outcome(point, "key", PointStatus.WRONG).run();
    assertThat(run).isNotNull();
    JsonNode json = new ObjectMapper().readTree(RunJson.write(run));
    assertThat(names(json))
        .containsExactly(
            "model",
            "executor",
            "cycles",
            "macs",
            "mac_per_cycle",
            "milliseconds",
            "millijoules",
            "correct",
            "mismatches",
            "layers");
    assertThat(json.get("cycles").asLong()).isEqualTo(1_024_010);
    assertThat(json.get("correct").asBoolean()).isFalse();
    assertThat(json.get("mismatches").asLong()).isEqualTo(3);
    assertThat(json.get("millijoules").asDouble()).isEqualTo(1_024_010 * 389e-9);
    assertThat(names(json.get("layers").get(0)))
        .containsExactly(
            "index",
            "name",
            "type",
            "cycles",
            "macs",
            "mac_per_cycle",
            "tile",
            "tiles",
            "l1_bytes",
            "l3_bytes",
            "correct");
    assertThat(json.get("layers").get(0).get("correct").asBoolean()).isTrue();
    assertThat(json.get("layers").get(1).get("correct").asBoolean()).isFalse();
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private PointOutcome run(DesignPoint point) {
    return new LocalPointRunner(false, false, folder.toString(), 1 << 20, "", MarlinBuild.current())
        .run(point, "key");
  }

  @Test
  void aDamagedNetworkIsAFailureOfThePoint() throws IOException {
    Path file = Files.writeString(folder.resolve("bad.onnx"), "no network");
    PointOutcome outcome = run(new DesignPoint(ModelRef.file(file), PointOptions.defaults()));
    assertThat(outcome.status()).isEqualTo(PointStatus.FAILED);
    assertThat(outcome.failure()).isNotNull();
    assertThat(outcome.failure().kind()).isEqualTo("model");
    assertThat(outcome.failure().message()).contains("bad.onnx").doesNotContain("\n");
  }

  @Test
  void theApplicationOfAPointThatDoesNotEndIsKept() {
    PointOptions options =
        PointOptions.defaults().withChip(WhatIf.parse(Map.of("l3-bandwidth", "0.001")));
    PointOutcome outcome = run(new DesignPoint(ModelRef.zoo("autoencoder"), options));
    assertThat(outcome.status()).isEqualTo(PointStatus.FAILED);
    assertThat(outcome.failure()).isNotNull();
    assertThat(outcome.failure().kind()).isEqualTo("cycle limit");
    assertThat(folder.resolve("key/program.elf")).exists();
    assertThat(folder.resolve("key/l3.bin")).exists();
    assertThat(folder.resolve("key/network.c")).exists();
  }

  @Test
  void aCompilerThatIsNotInstalledIsNoFaultOfThePoint() {
    PointOptions options = PointOptions.defaults().withToolchain("nowhere");
    PointOutcome outcome = run(new DesignPoint(ModelRef.zoo("dscnn"), options));
    assertThat(outcome.failure()).isNotNull();
    assertThat(outcome.failure().kind()).isEqualTo("environment");
    assertThat(outcome.failure().message()).contains("nowhere");
  }

  @Test
  void pointsOfOneProgramShareAnExecutionAndAnotherChipDoesNot() {
    LocalPointRunner runner =
        new LocalPointRunner(
            false,
            false,
            folder.toString(),
            1 << 20,
            folder.resolve("cache").toString(),
            MarlinBuild.current());
    ModelRef model = ModelRef.zoo("fc_1024_1000");
    PointOptions fast = PointOptions.defaults();
    PointOptions slow = fast.withClockHertz(50_000_000);
    PointOptions board = fast.withChip(WhatIf.parse(Map.of("l3-bandwidth", "0.6")));
    PointOutcome first = runner.run(new DesignPoint(model, fast), "a");
    PointOutcome second = runner.run(new DesignPoint(model, slow), "b");
    PointOutcome third = runner.run(new DesignPoint(model, board), "c");
    assertThat(List.of(first, second, third)).allMatch(o -> o.status() == PointStatus.CORRECT);
    assertThat(first.build().reused()).isFalse();
    assertThat(second.build().reused()).isTrue();
    assertThat(second.run().cycles()).isEqualTo(first.run().cycles());
    assertThat(second.run().milliseconds()).isEqualTo(2 * first.run().milliseconds());
    assertThat(third.build().programHash()).isEqualTo(first.build().programHash());
    assertThat(third.build().reused()).isFalse();
    assertThat(third.run().cycles())
        .as("a megabyte of weights at 0.6 bytes a cycle")
        .isGreaterThan(first.run().cycles() * 3 / 2);
  }

  @Test
  void knowsItsCode() {
    assertThat(CodeVersion.current()).matches("[0-9a-f]{16}").isEqualTo(CodeVersion.current());
  }
}
