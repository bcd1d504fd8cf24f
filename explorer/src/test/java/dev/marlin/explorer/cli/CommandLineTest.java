package dev.marlin.explorer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.cli.InProcess.Result;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Reproduction;
import dev.marlin.explorer.sweep.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
  @TempDir Path folder;

  private Result explore(String... args) {
    return InProcess.explore(folder, args);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "run nowhere.onnx | nowhere.onnx: no such file",
        "run resnet9 | there is no file or model of the zoo \"resnet9\"; did you mean resnet8?",
        "run . | .: is a folder; name the ONNX file in it",
        "run resnet8 --tiling cycle | --tiling: there is no \"cycle\"; did you mean cycles?",
        "run resnet8 --toolchain lvm | --toolchain: there is no \"lvm\"; did you mean llvm?",
        "run resnet8 --requantization exakt | did you mean exact?",
        "run resnet8 --executor embeded | did you mean embedded?",
        "run resnet8 --executor gvsoc --gvsoc /nowhere | there is no /nowhere/configs",
        "run resnet8 --l1 64KB | is no size: write bytes, KiB or MiB, for example 65536 or 64KiB",
        "run resnet8 --clock fast | is no clock: write hertz, kHz, MHz or GHz",
        "run resnet8 --cores 17 | --cores: 17 is out of range: 1 to 16",
        "run resnet8 --cores many | 'many' is not",
        "run resnet8 --heuristic x=1 | --heuristic: there is no \"x\"",
        "run resnet8 --golen d | unknown option --golen; did you mean --golden?",
        "run resnet8 --golden a --input b | --golden has its own input",
        "run resnet8 --golden nowhere | no such folder of golden files",
        "run resnet8 --input nowhere.txt | nowhere.txt",
        "run | Missing required parameter",
        "rnu resnet8 | did you mean explore run?",
        "simulat | there is no command or sweep \"simulat\"; did you mean simulate?",
        "deploy resnet8 | Missing required option",
        "model resnet9 --out x.onnx | there is no model \"resnet9\" in the zoo; did you mean resnet8?",
        "model resnet8 | name the file to write with --out resnet8.onnx",
        "model resnet8 --out no/where.onnx | --out: there is no folder",
        "simulate nowhere.elf | nowhere.elf: no such file",
        "simulate | give a PROGRAM.elf, or a --flash to boot from",
        "simulate x.elf --cores 17 | cores is 17 but must be 1 to 16",
        "simulate x.elf --l1 5000 | l1Bytes is 5000 but must be a power of two",
        "simulate x.elf --l3-bandwidth 5 | --l3-bandwidth is 5.0, not 0.001 to 4",
        "simulate x.elf --clock-ratio 2 | write FC:CLUSTER, for instance 250:175",
        "simulate x.elf --icache 3KiB | icache sets is 48 but must be a power of two",
        "simulate x.elf --semihosting nowhere | there is no folder nowhere",
        "simulate x.elf --flash nowhere.img | nowhere.img: no such file",
        "report nowhere | no results here",
        "compare a b | no results here",
        "query SELECT nowhere | no results here",
        "query SELECT --format xml | --format: there is no \"xml\"; there are table, csv, json",
        "query SELECT | there are no results in",
        "s.yaml --disk-budget much | --disk-budget: \"much\" is no size",
        "calibrate --fit addition. | --fit fits constants to be written: give --out FILE, too",
        "calibrate --fit adition. --out f | no constant's name begins with \"adition.\"; did you mean addition.",
        "nowhere.yaml | nowhere.yaml: no such file",
        ". | .: is no file",
      })
  void aWrongCommandLineGivesOneLineAndStatusTwo(String line, String message) {
    Result result = explore(line.split(" ", -1));
    assertThat(result.err()).contains(message).hasLineCount(1).startsWith("explore: ");
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(2);
  }

  @Test
  void withoutArgumentsItSaysWhatToName() {
    Result result = explore();
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo("explore: name a sweep or a command; explore --help shows both\n");
  }

  @Test
  void aTruncatedNetworkGivesOneLine() throws IOException {
    assertThat(explore("model", "resnet8", "--out", "r.onnx").status()).isZero();
    byte[] whole = Files.readAllBytes(folder.resolve("r.onnx"));
    Files.write(folder.resolve("half.onnx"), Arrays.copyOf(whole, whole.length / 2));
    Result result = explore("run", "half.onnx");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("half.onnx").hasLineCount(1);
  }

  @Test
  void aFileThatIsNoProgramGivesOneLine() throws IOException {
    Files.writeString(folder.resolve("text.elf"), "no program");
    Result result = explore("simulate", "text.elf");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("explore: text.elf is no ELF file.\n");
  }

  @Test
  void aMisspeltKeyInASweepGivesThePlaceAndTheNearestKey() throws IOException {
    Files.writeString(folder.resolve("s.yaml"), "grid:\n  models: resnet8\n  tilling: cycles\n");
    Result result = explore("s.yaml");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo("explore: s.yaml:3:3: unknown key \"tilling\"; did you mean tiling?\n");
  }

  @Test
  void aSweepForAnExecutorThatIsNotThereEndsBeforeItBegins() throws IOException {
    Files.writeString(folder.resolve("s.yaml"), "grid: {models: resnet8, executor: gvsoc}");
    Result result = explore("s.yaml", "--gvsoc", "/nowhere");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("--gvsoc is /nowhere, but there is no /nowhere/configs");
    assertThat(folder.resolve("reports")).doesNotExist();
  }

  @Test
  void aDryRunListsThePointsAndMakesNothing() throws IOException {
    Files.writeString(folder.resolve("s.yaml"), "grid: {models: resnet8, l1: [8KiB, 64KiB]}");
    // A cache of its own: that of the user may know the points.
    Result result = explore("s.yaml", "--dry-run", "--cache", "cache");
    assertThat(result.status()).isZero();
    assertThat(result.out())
        .isEqualTo(
            """
            resnet8, L1 8KiB, L2 512KiB, 8 cores, cycles
            resnet8, L1 64KiB, L2 512KiB, 8 cores, cycles
            """);
    assertThat(result.err()).contains("2 points, 0 known already");
    assertThat(folder.resolve("reports")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "quick, 12",
    "mobilenet, 288", // 16 models x 3 L1 x 3 L2 x 2 policies
    "memory, 50",
    "heuristics, 123", // 3 models x (all, cost model, 32 terms, 7 groups)
    "cores, 20",
    "mlperf-tiny, 32",
    "dory-paper, 80",
    "beside-dory, 984", // 41 models x 4 L1 x 3 L2 x 2 policies
  })
  void everySweepThatShipsIsValidAndNamesItsSchema(String name, int points) throws IOException {
    Path sweeps = Path.of(System.getProperty("marlin.root"), "sweeps");
    Path file = sweeps.resolve(name + ".yaml");
    String first = Files.readAllLines(file).get(0);
    String prefix = "# yaml-language-server: $schema=";
    assertThat(first).startsWith(prefix);
    assertThat(sweeps.resolve(first.substring(prefix.length()))).isRegularFile();
    Result result = explore(file.toString(), "--dry-run", "--quiet");
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(nameOf(result)).isEqualTo(name);
    assertThat(result.out().lines().distinct()).hasSize(points);
  }

  @Test
  void noSweepShipsWithoutATest() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("marlin.root"), "sweeps"))) {
      assertThat(all.filter(file -> file.toString().endsWith(".yaml"))).hasSize(8);
    }
  }

  private static String nameOf(Result result) {
    return result.err().strip().replaceFirst("(?s).*/", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "run", "deploy", "simulate", "report", "query", "compare", "model", "doctor"})
  void everyCommandHasHelp(String command) {
    Result result = command.isEmpty() ? explore("--help") : explore(command, "--help");
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("Usage:");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void saysItsVersion() {
    assertThat(explore("--version").out()).matches("(?s)marlin \\d+\\.\\d+\\.\\d+.*\nJava .*");
  }

  @Test
  void listsTheZoo() {
    assertThat(explore("model").out().lines())
        .contains("mobilenet_v1_1.0_128", "mobilenet_v2_1.0_96", "resnet8", "dscnn", "autoencoder");
  }

  private void results(String name, double slower, PointStatus last) {
    Sweep sweep = Fakes.sweep(3);
    List<String> keys = sweep.points().stream().map(p -> p.key(name)).toList();
    try (ResultStore store = ResultStore.open(folder.resolve(name))) {
      store.begin(sweep, keys, Fakes.PROVENANCE);
      for (int i = 0; i < 3; i++) {
        DesignPoint point = sweep.points().get(i);
        store.put(Fakes.outcome(point, keys.get(i), i == 2 ? last : PointStatus.CORRECT, slower));
      }
    }
  }

  @Test
  void comparesPointByPoint() {
    results("a", 2, PointStatus.CORRECT);
    results("b", 1, PointStatus.CORRECT);
    Result result = explore("compare", "a", "b");
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("2.000x").contains("3 points in both, 0 only before");
    assertThat(result.out()).contains("of 3 points correct in both: 2.000x");
  }

  @Test
  void comparingTellsWhatIsNotCorrectAnyMore() {
    results("a", 1, PointStatus.CORRECT);
    results("b", 1, PointStatus.WRONG);
    Result result = explore("compare", "a", "b");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("1 points that were correct before are not any more");
    assertThat(result.out()).contains("of 2 points correct in both: 1.000x");
  }

  @Test
  void reportsWhatTheStoreHolds() throws IOException {
    results("a", 1, PointStatus.INFEASIBLE);
    Result result = explore("report", "a");
    assertThat(result.status()).isZero();
    Path page = Path.of(result.out().strip());
    assertThat(Files.readString(page)).contains("dscnn").contains("layer x needs more");
    assertThat(folder.resolve("a/results.csv")).exists();
    assertThat(folder.resolve("a/layers.csv")).exists();
  }

  @Test
  void answersQuestionsAboutResultsInThreeFormats() {
    results("reports/out/a", 1, PointStatus.INFEASIBLE);
    String sql = "SELECT l1_bytes, cycles, level FROM results ORDER BY position DESC LIMIT 2";
    assertThat(explore("query", sql).out())
        .isEqualTo("l1_bytes   cycles  level\n    1002           L1\n    1001  1001010\n");
    assertThat(explore("query", sql, "reports/out/a", "--format", "csv").out())
        .isEqualTo("l1_bytes,cycles,level\n1002,,L1\n1001,1001010,\n");
    assertThat(explore("query", sql, "--format", "json").out())
        .contains("\"cycles\" : 1001010", "\"level\" : null");
    Result wrong = explore("query", "SELECT cyclez FROM results");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("no such column: cyclez").hasLineCount(1);
  }

  @Test
  void reproducesAPointForAShell() {
    assertThat(Reproduction.command(Fakes.point(24))).isEqualTo("explore run dscnn --l1 1KiB");
    assertThat(Reproduction.quoted("it's here; rm -rf")).isEqualTo("'it'\\''s here; rm -rf'");
  }
}
