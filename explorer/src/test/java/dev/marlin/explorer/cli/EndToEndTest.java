package dev.marlin.explorer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.onnx.NetworkReader;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import dev.marlin.explorer.cli.InProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a network's name to checked cycles and a page, with everything real. */
final class EndToEndTest {
  @TempDir Path folder;

  private Result explore(String... args) {
    return InProcess.explore(folder, args);
  }

  @Test
  void runsANetworkAndChecksEveryLayer() throws IOException {
    Result result = explore("run", "resnet8", "--json", "-");
    assertThat(result.status()).as(result.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.get("correct").asBoolean()).isTrue();
    assertThat(json.get("mismatches").asLong()).isZero();
    long layers = 0;
    long l3Bytes = 0;
    for (JsonNode layer : json.get("layers")) {
      layers += layer.get("cycles").asLong();
      l3Bytes += layer.get("l3_bytes").asLong();
    }
    assertThat(layers).isLessThanOrEqualTo(json.get("cycles").asLong());
    assertThat(layers).isGreaterThan(json.get("cycles").asLong() * 95 / 100);
    assertThat(l3Bytes).as("weights come from L3").isGreaterThan(70_000);
    assertThat(json.get("mac_per_cycle").asDouble()).isBetween(1.0, 32.0);
  }

  @Test
  void aWrongElementOfARecordedLayerIsFoundAndNamed() throws IOException {
    Path golden = Files.createDirectory(folder.resolve("golden"));
    assertThat(explore("model", "dscnn", "--out", "dscnn.onnx").status()).isZero();
    record(golden);
    assertThat(explore("run", "dscnn.onnx", "--golden", "golden").status()).isZero();

    Path layer = golden.resolve("out_layer3.txt");
    List<String> lines = Files.readAllLines(layer);
    lines.set(18, Integer.toString(Integer.parseInt(lines.get(18)) ^ 1));
    Files.write(layer, lines);
    Result result = explore("run", "dscnn.onnx", "--golden", "golden", "--json", "r.json");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("wrong result: 1 elements differ; layer 3 (");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("r.json").toFile());
    assertThat(json.get("correct").asBoolean()).isFalse();
    assertThat(json.get("mismatches").asLong()).isEqualTo(1);
    assertThat(json.get("layers").get(3).get("correct").asBoolean()).isFalse();
    assertThat(json.get("layers").get(4).get("correct").asBoolean()).isTrue();
  }

  /** Writes what the reference makes of the seeded input, as golden files are written. */
  private void record(Path golden) throws IOException {
    Network network =
        RequantizationMode.SHIFT.apply(NetworkReader.read(folder.resolve("dscnn.onnx")));
    int[] input = SeededInput.forNetwork(network);
    Files.write(golden.resolve("input.txt"), lines(input));
    List<Activation> outputs = ReferenceInterpreter.run(network, input);
    for (int i = 0; i < outputs.size(); i++) {
      Files.write(golden.resolve("out_layer" + i + ".txt"), lines(outputs.get(i).values()));
    }
  }

  private static List<String> lines(int[] values) {
    return IntStream.of(values).mapToObj(Integer::toString).toList();
  }

  @Test
  void aNetworkThatCannotFitNamesTheLayerAndTheMissingBytes() {
    Result result = explore("run", "resnet8", "--l1", "4KiB");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err())
        .hasLineCount(1)
        .matches("explore: infeasible: layer \\S+ needs at least \\d+ bytes of L1, .* missing\n");
  }

  @Test
  void olderSiliconWaitsBehindEveryTransferAndIsStillRight() throws IOException {
    assertThat(explore("run", "resnet8", "--json", "v3").status()).isZero();
    for (String chip : List.of("gap8v2", "gap8v1")) {
      Result run = explore("run", "resnet8", "--chip", chip, "--json", chip);
      assertThat(run.status()).as(run.err()).isZero();
      assertThat(run.out()).contains("every layer correct");
      assertThat(cycles(chip)).as("another program").isNotEqualTo(cycles("v3"));
    }
    assertThat(explore("deploy", "resnet8", "--out", "old", "--chip", "gap8v2").status()).isZero();
    assertThat(folder.resolve("old/Makefile")).content().contains("-DGAP8_REVISION=2");
  }

  private long cycles(String json) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(json).toFile()).get("cycles").asLong();
  }

  @Test
  void anApplicationRunsInTheSimulatorAsItWasDeployed() {
    Result deployed =
        explore("deploy", "dscnn", "--out", "app", "--l1", "32KiB", "--json", "plan.json");
    assertThat(deployed.status()).as(deployed.err()).isZero();
    assertThat(deployed.out()).contains(" of L3 image, tiled in ");
    assertThat(folder.resolve("plan.json"))
        .content()
        .contains("\"tiling_seconds\" : ", "\"predicted_cycles\" : ", "\"tile\" : ");
    Result run =
        explore(
            "simulate", "app/program.elf", "--l3", "app/l3.bin", "--l1", "32KiB", "--stats", "s");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).contains("marlin layer 0 cycles ").contains("marlin total cycles ");
    assertThat(folder.resolve("app/network.c")).exists();
    assertThat(folder.resolve("s")).content().contains("\"cycles\"");
    Result without = explore("simulate", "app/program.elf", "--l1", "32KiB");
    assertThat(without.status()).as("without its constants it says so").isNotZero();
    assertThat(without.out()).contains("HyperRAM holds no L3 image");
  }

  @Test
  void anApplicationChecksItself() throws IOException {
    Result deployed = explore("deploy", "dscnn", "--out", "app", "--report", "checks");
    assertThat(deployed.status()).as(deployed.err()).isZero();
    Result right = explore("simulate", "app/program.elf", "--l3", "app/l3.bin");
    assertThat(right.status()).as(right.err()).isZero();
    assertThat(right.out())
        .contains("marlin layer 10 cycles ", "marlin layer 0 check ok", "marlin layer 10 check ok");
    Path image = folder.resolve("app/l3.bin");
    byte[] bytes = Files.readAllBytes(image);
    bytes[200] ^= 0x55; // within the weights of the first layer
    Files.write(image, bytes);
    Result wrong = explore("simulate", "app/program.elf", "--l3", "app/l3.bin");
    assertThat(wrong.status()).isEqualTo(97);
    assertThat(wrong.out()).contains("marlin layer 0 check wrong");
  }

  @Test
  void anApplicationCanBeSilent() {
    assertThat(explore("deploy", "dscnn", "--out", "app", "--report", "silent").status()).isZero();
    Result silent = explore("simulate", "app/program.elf", "--l3", "app/l3.bin");
    assertThat(silent.status()).as(silent.err()).isZero();
    assertThat(silent.out()).doesNotContain("marlin");
    assertThat(explore("deploy", "dscnn", "--out", "app", "--report", "loud").err())
        .contains("--report", "loud");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16})
  void aNetworkRunsOnOtherNumbersOfCores(int cores) {
    Result result = explore("run", "dscnn", "--cores", String.valueOf(cores));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains("every layer correct");
  }

  @Test
  void anApplicationRunsFromFlashAsWithAPreloadedImage() {
    Result deployed = explore("deploy", "dscnn", "--out", "app");
    assertThat(deployed.status()).as(deployed.err()).isZero();
    Result preloaded = explore("simulate", "app/program.elf", "--l3", "app/l3.bin");
    Result file =
        explore("simulate", "app/program.elf", "--file", "app/l3.bin", "--save-flash", "flash.img");
    Result booted = explore("simulate", "--flash", "flash.img", "--stats", "s");
    assertThat(preloaded.out()).contains("marlin layer 10 cycles ");
    assertThat(file.out()).as("cycles of every layer").isEqualTo(preloaded.out());
    assertThat(booted.out()).isEqualTo(preloaded.out());
    assertThat(folder.resolve("s")).content().contains("\"flash_bytes_read\" : 2");
  }

  @Test
  void aRunCanBeProfiledTracedAndDrawn() throws IOException {
    assertThat(explore("deploy", "autoencoder", "--out", "app").status()).isZero();
    Result plain = explore("simulate", "app/program.elf", "--l3", "app/l3.bin");
    Result watched =
        explore(
            "simulate",
            "app/program.elf",
            "--l3=app/l3.bin",
            "--profile=p",
            "--timeline=t",
            "--trace=^fabric_main");
    assertThat(watched.out()).as("watching changes no cycle").isEqualTo(plain.out());
    assertThat(watched.err()).contains("<fabric_main>");
    assertThat(folder.resolve("p")).content().containsPattern("core7;.*;turn_follow;\\w+ \\d+");
    assertThat(folder.resolve("t")).content().contains("\"layer 0\"", "waiting for events");
    assertThat(new ObjectMapper().readTree(folder.resolve("t").toFile()).get("traceEvents"))
        .hasSizeGreaterThan(100)
        .allSatisfy(event -> assertThat(event.get("ph").asText()).isIn("X", "M"));
  }

  @Test
  void aSlowerL3AndAnotherClockRatioShowInTheCycles() {
    assertThat(explore("deploy", "autoencoder", "--out", "app").status()).isZero();
    long gap8 = total();
    assertThat(total("--l3-bandwidth", "0.6")).isGreaterThan(gap8);
    assertThat(total("--l3-latency", "500")).isGreaterThan(gap8);
    assertThat(total("--clock-ratio", "1:2")).as("cluster cycles").isGreaterThan(gap8);
    assertThat(total("--icache", "256")).isGreaterThan(gap8);
    assertThat(total("--banking-factor", "1")).as("other conflicts").isNotEqualTo(gap8);
  }

  private long total(String... options) {
    List<String> line = new ArrayList<>(List.of("simulate", "app/program.elf", "--l3=app/l3.bin"));
    line.addAll(List.of(options));
    Result result = explore(line.toArray(String[]::new));
    assertThat(result.status()).as(result.err()).isZero();
    String prefix = "marlin total cycles ";
    return result
        .out()
        .lines()
        .filter(l -> l.startsWith(prefix))
        .mapToLong(l -> Long.parseLong(l.substring(prefix.length())))
        .sum();
  }

  @Test
  void aSweepEndsInRowsAChartAndAPageAndIsKnownTheNextTime() throws IOException {
    Files.writeString(
        folder.resolve("s.yaml"),
        """
        name: both
        grid:
          models: dscnn
          l1: [4KiB, 64KiB]
          tiling: [cycles, dory-gap8]
        """);
    Result first = explore("s.yaml", "--master", "local[2]", "--cache", "cache");
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).contains("4 points: ").contains("2 infeasible, 0 wrong, 0 failed");
    Path results = folder.resolve("reports/out/both");
    assertThat(first.out().strip()).isEqualTo(results.resolve("index.html").toString());
    assertThat(Files.readString(results.resolve("index.html"))).contains("dscnn", "infeasible");
    assertThat(results.resolve("figures")).exists();
    assertThat(Files.readAllLines(results.resolve("results.csv"))).hasSize(5);
    Path page = results.resolve("index.html");
    FileTime written = Files.getLastModifiedTime(page);
    Result second = explore("s.yaml", "--cache", "cache", "--debug");
    assertThat(second.status()).isZero();
    assertThat(second.err())
        .contains("4 known already, 0 to run")
        .contains("4 known before")
        .contains("the report is as it was")
        .containsPattern("\\d\\.\\d\\d s sweep");
    assertThat(Files.getLastModifiedTime(page)).isEqualTo(written);
    assertThat(second.out()).isEqualTo(first.out());
    Files.delete(results.resolve("layers.csv"));
    Result third = explore("s.yaml", "--cache", "cache");
    assertThat(third.err()).doesNotContain("as it was").doesNotContain(" s sweep");
    assertThat(results.resolve("layers.csv")).exists();
    Result elsewhere = explore("s.yaml", "--cache", "cache", "--out", "other");
    assertThat(elsewhere.err()).contains("4 known already, 0 to run").contains("4 from the cache");
    assertThat(Files.readAllLines(folder.resolve("other/results.csv"))).hasSize(5);
    Result plan = explore("s.yaml", "--cache", "cache", "--dry-run", "--out", "third");
    assertThat(plan.err())
        .contains("4 points, 4 known already")
        .contains("infeasible: dscnn, L1 4KiB");
  }
}
