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
            "dscnn, L1 32KiB, L2 512KiB, 4 cores, cycles",
            "dscnn, L1 32KiB, L2 512KiB, 4 cores, dory-gap8",
            "dscnn, L1 64KiB, L2 512KiB, 4 cores, cycles",
            "dscnn, L1 64KiB, L2 512KiB, 4 cores, dory-gap8",
            "resnet8, L1 32KiB, L2 512KiB, 4 cores, cycles",
            "resnet8, L1 32KiB, L2 512KiB, 4 cores, dory-gap8",
            "resnet8, L1 64KiB, L2 512KiB, 4 cores, cycles",
            "resnet8, L1 64KiB, L2 512KiB, 4 cores, dory-gap8");
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
        "`grid: {models: dscnn, cores: eight}` | s.yaml:1:30: grid.cores is \"eight\", but must be a whole number or a list",
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
