package dev.marlin.explorer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SweepReaderTest {
  private static final Vocabulary WORDS =
      new Vocabulary(
          List.of("dscnn", "resnet8", "mobilenet_v1_1.0_128"),
          name ->
              List.of("dscnn", "resnet8").contains(name)
                  || name.matches("mobilenet_v1_(0\\.25|0\\.5|1\\.0)_(96|128)"),
          Set.of("cycles", "dory-gap8"),
          policy -> policy.equals("cycles") ? Set.of("tile_shape", "borders") : Set.of());

  @TempDir Path folder;

  private Sweep read(String yaml) throws IOException {
    Path file = folder.resolve("my sweep.yaml");
    Files.writeString(file, yaml);
    return new SweepReader(WORDS).read(file, "s.yaml");
  }

  @Test
  void multipliesTheAxesOutWithTheFirstAxisSlowest() throws IOException {
    Sweep sweep =
        read(
            """
            name: demo
            description: what for
            defaults: {cores: 4, clock: 50MHz}
            grid:
              models: [dscnn, resnet8]
              l1: [32KiB, 65536]
              tiling: [cycles, dory-gap8]
            """);
    assertThat(sweep.name()).isEqualTo("demo");
    assertThat(sweep.description()).isEqualTo("what for");
    assertThat(sweep.points().stream().map(DesignPoint::label))
        .containsExactly(
            "dscnn, L1 32KiB, L2 512KiB, 4 cores, cycles, 50MHz",
            "dscnn, L1 32KiB, L2 512KiB, 4 cores, dory-gap8, 50MHz",
            "dscnn, L1 64KiB, L2 512KiB, 4 cores, cycles, 50MHz",
            "dscnn, L1 64KiB, L2 512KiB, 4 cores, dory-gap8, 50MHz",
            "resnet8, L1 32KiB, L2 512KiB, 4 cores, cycles, 50MHz",
            "resnet8, L1 32KiB, L2 512KiB, 4 cores, dory-gap8, 50MHz",
            "resnet8, L1 64KiB, L2 512KiB, 4 cores, cycles, 50MHz",
            "resnet8, L1 64KiB, L2 512KiB, 4 cores, dory-gap8, 50MHz");
    assertThat(sweep.points()).allMatch(point -> point.options().clockHertz() == 50_000_000);
  }

  @Test
  void takesOneValueInPlaceOfAList() throws IOException {
    Sweep sweep = read("grid: {models: dscnn, l1: 16KiB, cores: 1}");
    assertThat(sweep.points()).hasSize(1);
    assertThat(sweep.points().get(0).options().l1Bytes()).isEqualTo(16384);
  }

  @Test
  void isNamedAfterItsFileWithoutAName() throws IOException {
    assertThat(read("grid: {models: dscnn}").name()).isEqualTo("my-sweep");
  }

  @Test
  void multipliesFamiliesOutByWidthAndResolution() throws IOException {
    Sweep sweep =
        read(
            """
            grid:
              models:
                - {family: mobilenet_v1, widths: [0.25, 1], resolutions: [96, 128]}
            """);
    assertThat(sweep.points().stream().map(point -> point.model().name()))
        .containsExactly(
            "mobilenet_v1_0.25_96",
            "mobilenet_v1_0.25_128",
            "mobilenet_v1_1.0_96",
            "mobilenet_v1_1.0_128");
  }

  @Test
  void findsFilesByGlobRelativeToItsFolderEachOnce() throws IOException {
    for (String name : List.of("nets/b/model.onnx", "nets/a/model.onnx", "nets/a/other.txt")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
    Sweep sweep = read("grid: {models: ['nets/*/model.onnx', nets/a/model.onnx]}");
    assertThat(sweep.points().stream().map(point -> point.model().name()))
        .containsExactly("a", "b");
    assertThat(sweep.points().get(0).model().hash()).hasSize(64);
  }

  @Test
  void tellsModelsOfTheSameNameApart() throws IOException {
    for (String name : List.of("x/net.onnx", "y/net.onnx")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
    Sweep sweep = read("grid: {models: ['*/net.onnx']}");
    assertThat(sweep.points().stream().map(point -> point.model().name()))
        .containsExactly("net", "net-2");
  }

  @Test
  void takesSetsOfWeights() throws IOException {
    Sweep sweep = read("grid: {models: dscnn, heuristics: [{}, {tile_shape: 0, borders: 2.5}]}");
    assertThat(sweep.points().stream().map(point -> point.options().heuristics().toString()))
        .containsExactly("{}", "{borders=2.5, tile_shape=0.0}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`grid: {models: dscnn, l1s: 64KiB}` | s.yaml:1:23: unknown key \"l1s\"; did you mean l1?",
        "`grd: {models: dscnn}` | s.yaml:1:1: unknown key \"grd\"; did you mean grid?",
        "`name: x` | s.yaml:1:1: the sweep needs the key \"grid\"",
        "`grid: {l1: 64KiB}` | s.yaml:1:7: grid needs the key \"models\"",
        "`grid: {models: dscnn, l1: 64KB}`"
            + "| s.yaml:1:27: \"64KB\" is no size: write bytes, KiB or MiB, for example 65536 or 64KiB",
        "`grid: {models: dscnn, cores: 99}` | s.yaml:1:30: grid.cores is \"99\", but",
        "`grid: {models: dscnn, cores: eight}` | s.yaml:1:30: grid.cores is \"eight\", but must be a whole number or a map of keys or a list",
        "`grid: {models: dscnn, clock: fast}` | s.yaml:1:30: \"fast\" is no clock",
        "`grid: {models: dscnn, tiling: cycle}`"
            + "| s.yaml:1:31: there is no tiling policy \"cycle\"; did you mean cycles?",
        "`grid: {models: dscnn, toolchain: lvm}`"
            + "| s.yaml:1:34: \"lvm\" is not allowed here; did you mean llvm?",
        "`grid: {models: dscnn, heuristics: {tile_shap: 1}}`"
            + "| s.yaml:1:35: tiling policy cycles has no heuristic \"tile_shap\"; did you mean"
            + " tile_shape?",
        "`grid: {models: dscn}`"
            + "| s.yaml:1:16: \"dscn\" is neither a file nor a model of the zoo; did you mean dscnn?",
        "`grid: {models: nowhere/x.onnx}` | s.yaml:1:16: there is no file",
        "`grid: {models: '*.onnx'}` | s.yaml:1:16: no file matches \"*.onnx\"",
        "`grid: {models: [{family: mobilenet_v1, width: [1], resolutions: [96]}]}`"
            + "| s.yaml:1:40: unknown key \"width\"; did you mean widths?",
        "`grid: {models: [{family: mobilenet_v1, widths: [3], resolutions: [96]}]}`"
            + "| s.yaml:1:17: the zoo has no model mobilenet_v1_3.0_96",
        "`grid: {models: dscnn` | s.yaml:1:21: expected",
        "`grid: {models: dscnn, models: resnet8}` | s.yaml:1:",
        "`grid: {models: &a dscnn, tiling: *a}` | s.yaml:1:34: aliases (*name) are not supported",
        "`grid: {models: dscnn, l1: {from: 8KiB, to: 4KiB, doubling: true}}`"
            + "| s.yaml:1:27: the range goes from 8KiB to 4KiB by doubling: it has no values",
        "`grid: {models: dscnn, l1: {from: 8KiB, to: 64KB, step: 1KiB}}`"
            + "| s.yaml:1:44: \"64KB\" is no size",
        "`grid: {models: dscnn, l1: {from: 8KiB, to: 64KiB}}`"
            + "| s.yaml:1:27: a range needs either step or doubling: true",
        "`grid: {models: dscnn, l1: {from: 8KiB, too: 64KiB}}`"
            + "| s.yaml:1:40: unknown key \"too\"; did you mean to?",
        "`grid: {models: dscnn, cores: {from: 8, to: 64, doubling: true}}`"
            + "| s.yaml:1:30: cores is \"32\", but must be a whole number, 1 to 16",
        "`grid: {models: dscnn, chip: {bank: 3}}` | s.yaml:1:30: unknown key \"bank\"",
        "`grid: {models: dscnn, chip: {banking-factor: 99}}` | s.yaml:1:29: banking-factor is \"99\"",
        "`{grid: {models: dscnn}, zip: {l1: [1KiB, 2KiB], l2: [1KiB]}}`"
            + "| s.yaml:1:53: zip needs lists of equal length: l1 has 2 values, l2 has 1",
        "`{grid: {models: dscnn, l1: 1KiB}, zip: {l1: [1KiB, 2KiB]}}`"
            + "| s.yaml:1:41: l1 is in grid already; leave one of them out",
        "`{grid: {models: dscnn}, cases: [{name: a, l1: 1KiB}, {name: a}]}`"
            + "| s.yaml:1:61: there are two cases called \"a\"",
        "`{grid: {models: dscnn}, cases: [{name: gap8, l1: 1KiB}], baseline: gap9}`"
            + "| s.yaml:1:68: there is no case called \"gap9\"; did you mean gap8?",
        "`{grid: {models: dscnn}, baseline: {l1: 64KB}}` | s.yaml:1:40: \"64KB\" is no size",
        "`{grid: {models: dscnn}, exclude: {l1: '< 64KB'}}` | s.yaml:1:39: \"64KB\" is no size",
        "`{grid: {models: dscnn}, exclude: {l7: 1}}` | s.yaml:1:35: unknown key \"l7\"; did you mean l1?",
        "`{grid: {models: dscnn}, exclude: {models: 'ds*'}}`"
            + "| s.yaml:1:1: include and exclude leave none of 1 points",
        "`{grid: {models: dscnn}, random: 2, search: {}}`"
            + "| s.yaml:1:25: a sweep has either random or search",
        "`{grid: {models: dscnn}, search: {populaton: 8}}`"
            + "| s.yaml:1:34: unknown key \"populaton\"; did you mean population?",
        "`{grid: {models: dscnn}, repeat: 3}` | s.yaml:1:33: every executor is deterministic",
        "`` | s.yaml: is empty",
        "`[1, 2]` | s.yaml:1:1: the sweep is a list, but must be a map of keys",
      })
  void saysWhereAFileIsWrongAndWhatWasMeant(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(SweepException.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain("\n");
  }

  private static List<Integer> l1(Sweep sweep) {
    return sweep.points().stream().map(point -> point.options().l1Bytes() >> 10).toList();
  }

  @Test
  void countsRangesUpByStepsOrByDoubling() throws IOException {
    assertThat(l1(read("grid: {models: dscnn, l1: {from: 8KiB, to: 128KiB, doubling: true}}")))
        .containsExactly(8, 16, 32, 64, 128);
    assertThat(l1(read("grid: {models: dscnn, l1: [4KiB, {from: 16KiB, to: 40KiB, step: 8KiB}]}")))
        .containsExactly(4, 16, 24, 32, 40);
    Sweep clocks =
        read(
            "grid: {models: dscnn, clock: {from: 50MHz, to: 200MHz, doubling: true}, cores: [1, 2]}");
    assertThat(clocks.points().stream().map(p -> p.options().clockHertz() / 1_000_000))
        .containsExactly(50L, 100L, 200L, 50L, 100L, 200L);
    Sweep widths =
        read(
            """
            grid:
              models:
                - family: mobilenet_v1
                  widths: {from: 0.25, to: 1, doubling: true}
                  resolutions: {from: 96, to: 128, step: 32}
            """);
    assertThat(widths.points()).hasSize(6);
  }

  @Test
  void multipliesWeightsOutInsideASet() throws IOException {
    Sweep sweep =
        read(
            "grid: {models: dscnn, heuristics: [{}, {tile_shape: [0, 1], borders: {from: 0, to: 0.2,"
                + " step: 0.1}}]}");
    assertThat(sweep.points()).hasSize(7);
    assertThat(sweep.points().get(6).options().heuristicsText())
        .isEqualTo("borders=0.2 tile_shape=1.0");
  }

  @Test
  void variesWhatElseDiffersFromGap8() throws IOException {
    assertThat(
            read("grid: {models: dscnn, chip: [{}, {revision: 2}]}").points().stream()
                .map(point -> point.options().chipText()))
        .containsExactly("", "revision=2");
    Sweep sweep = read("grid: {models: dscnn, chip: [{}, {banking-factor: [1, 2, 4]}]}");
    assertThat(sweep.points().stream().map(point -> point.options().chipText()))
        .as("2 is GAP8's own: the same point as {}")
        .containsExactly("", "banking-factor=1", "banking-factor=4");
  }

  @Test
  void zipsAxesThatChangeTogetherAndMultipliesThemWithTheGrid() throws IOException {
    Sweep sweep =
        read(
            """
            grid: {models: [dscnn, resnet8]}
            zip:
              l1: {from: 16KiB, to: 64KiB, doubling: true}
              l2: [128KiB, 256KiB, 512KiB]
            """);
    assertThat(sweep.points()).hasSize(6);
    assertThat(sweep.points())
        .allMatch(point -> point.options().l2Bytes() == 8 * point.options().l1Bytes());
  }

  @Test
  void multipliesNamedCasesWithTheGridAndComparesWithOneOfThem() throws IOException {
    Sweep sweep =
        read(
            """
            grid: {models: [dscnn, resnet8]}
            cases:
              - {name: dory, tiling: dory-gap8}
              - {name: marlin, tiling: cycles, heuristics: {borders: [0, 1]}}
            baseline: dory
            """);
    assertThat(sweep.points().stream().map(sweep::config))
        .containsExactly("dory", "marlin", "marlin", "dory", "marlin", "marlin");
    Baseline baseline = sweep.baseline().orElseThrow();
    assertThat(baseline.name()).isEqualTo("dory");
    assertThat(sweep.points().subList(0, 3))
        .allMatch(p -> baseline.of(p).equals(sweep.points().get(0)));
    assertThat(sweep.points().subList(3, 6))
        .allMatch(p -> baseline.of(p).equals(sweep.points().get(3)));
  }

  @Test
  void casesAloneAreAListOfPoints() throws IOException {
    Sweep sweep =
        read("cases: [{models: dscnn, l1: 16KiB}, {models: resnet8, l1: 8KiB, l2: 256KiB}]");
    assertThat(sweep.points().stream().map(DesignPoint::label))
        .containsExactly(
            "dscnn, L1 16KiB, L2 512KiB, 8 cores, cycles",
            "resnet8, L1 8KiB, L2 256KiB, 8 cores, cycles");
  }

  @Test
  void addsTheBaselineWhereTheGridHasItNot() throws IOException {
    Sweep sweep =
        read(
            "{grid: {models: dscnn, l1: [16KiB, 32KiB]}, baseline: {l1: 64KiB, tiling: dory-gap8}}");
    assertThat(l1(sweep)).containsExactly(16, 32, 64);
    assertThat(sweep.points().get(2).options().tiling()).isEqualTo("dory-gap8");
    assertThat(sweep.baseline().orElseThrow().name()).isEqualTo("l1 64KiB, tiling dory-gap8");
  }

  @Test
  void includesAndExcludesByConditions() throws IOException {
    String grid =
        "grid: {models: [dscnn, resnet8], l1: [8KiB, 16KiB, 32KiB], tiling: [cycles, dory-gap8]}";
    assertThat(read(grid + "\nexclude: {l1: '< 32KiB', models: 'ds*'}").points()).hasSize(8);
    assertThat(read(grid + "\ninclude: {l1: [8KiB, '>= 32KiB']}").points()).hasSize(8);
    assertThat(
            read(grid + "\ninclude: {tiling: cycles}\nexclude: [{l1: 8KiB}, {models: '!= dscnn'}]")
                .points())
        .hasSize(2);
  }

  @Test
  void drawsSomePointsOfASpaceThatNobodyCouldWriteOut() throws IOException {
    String yaml =
        """
        grid:
          models: [dscnn, resnet8]
          l1: {from: 8KiB, to: 128KiB, step: 16}
          l2: {from: 128KiB, to: 512KiB, step: 64}
        exclude: {l1: '< 16KiB'}
        random: 50
        seed: %d
        """;
    Sweep sweep = read(yaml.formatted(7));
    assertThat(sweep.points()).hasSize(50).doesNotHaveDuplicates();
    assertThat(sweep.points()).allMatch(point -> point.options().l1Bytes() >= 16384);
    assertThat(read(yaml.formatted(7)).points()).isEqualTo(sweep.points());
    assertThat(read(yaml.formatted(8)).points()).isNotEqualTo(sweep.points());
    assertThat(read("{grid: {models: [dscnn, resnet8]}, random: 9}").points()).hasSize(2);
  }

  @Test
  void plansTenThousandPointsAtOnce() throws IOException {
    long start = System.nanoTime();
    Sweep sweep =
        read(
            """
            grid:
              models: [dscnn, resnet8]
              l1: {from: 8KiB, to: 107KiB, step: 1KiB}
              l2: {from: 128KiB, to: 324KiB, step: 4KiB}
            """);
    assertThat(sweep.points()).hasSize(10_000);
    sweep.points().forEach(point -> assertThat(point.key("v")).hasSize(32));
    assertThat((System.nanoTime() - start) * 1e-9).isLessThan(10);
  }

  @Test
  void refusesMorePointsThanAnybodyCanWaitFor() {
    String many = "1" + ", 2".repeat(1001);
    assertThatThrownBy(
            () ->
                read(
                    "grid: {models: dscnn, l1: [%s], l2: [%s]}"
                        .formatted(many.replace("2", "4096"), many)))
        .hasMessageContaining("points; at most 1000000");
  }

  @Test
  void refusesAFileThatIsNoText() throws IOException {
    Path file = folder.resolve("binary.yaml");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThatThrownBy(() -> new SweepReader(WORDS).read(file, "binary.yaml"))
        .hasMessage("binary.yaml: is no text in UTF-8");
  }
}
