package dev.marlin.deployer.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFilesTest {
  private static final Shape SHAPE = new Shape(4, 3, 2);
  private static final Network NETWORK = network();

  @TempDir private Path folder;

  private final int[] input = SeededInput.forNetwork(NETWORK);
  private final int[] maximum = ReferenceInterpreter.run(NETWORK, input).get(0).values();
  private final int[] sum = ReferenceInterpreter.run(NETWORK, input).get(1).values();

  @Test
  void aSetThatMatchesNeedsNoAdjustment() throws IOException {
    write("input.txt", "# input (shape [2, 4, 3]),\\", input);
    write("out_layer0.txt", "# pool (shape [4, 3, 2]),", maximum);
    write("out_layer1.txt", "# add (shape [4, 3, 2]),", sum);
    GoldenFiles golden = GoldenFiles.read(folder, NETWORK);
    assertThat(golden.adjustments()).isEmpty();
    assertThat(golden.input()).isEqualTo(input);
    assertThat(comparisons(golden)).allMatch(LayerComparison::isExact);
  }

  @Test
  void aTitleMayLackItsHashAndLinesMayEndWithABackslash() throws IOException {
    Files.writeString(
        folder.resolve("input.txt"),
        "layers.0 (shape [2, 4, 3]),\\\n"
            + Arrays.stream(input).mapToObj(v -> v + ".000,\\\n").collect(Collectors.joining()));
    write("out_layer0.txt", "# pool", maximum);
    write("out_layer1.txt", "# add", sum);
    assertThat(GoldenFiles.read(folder, NETWORK).input()).isEqualTo(input);
  }

  @Test
  void aSetStoredChannelByChannelIsTurned() throws IOException {
    write("input.txt", "# input", chw(input));
    write("out_layer0.txt", "# pool", chw(maximum));
    write("out_layer1.txt", "# add", chw(sum));
    GoldenFiles golden = GoldenFiles.read(folder, NETWORK);
    assertThat(golden.adjustments()).singleElement().asString().contains("CHW");
    assertThat(comparisons(golden)).allMatch(LayerComparison::isExact);
  }

  @Test
  void theSumBeforeAnActivationThatWasMergedIsLeftOut() throws IOException {
    int[] before = Arrays.stream(sum).map(v -> v + 1).toArray();
    write("input.txt", "# input", input);
    write("out_layer0.txt", "# pool", maximum);
    write("out_layer1.txt", "# add", before);
    write("out_layer2.txt", "# relu", sum);
    GoldenFiles golden = GoldenFiles.read(folder, NETWORK);
    assertThat(golden.adjustments())
        .singleElement()
        .asString()
        .contains("out_layer1.txt is left out", "layer 1 (add1)");
    assertThat(comparisons(golden)).allMatch(LayerComparison::isExact);
  }

  @Test
  void aFolderMayHoldSeveralSets() throws IOException {
    int[] zeros = new int[input.length];
    write("input_3.txt", "# input", input);
    write("out_3_layer0.txt", "# pool", maximum);
    write("out_3_layer1.txt", "# add", sum);
    write("input_0.txt", "# input", zeros);
    write("out_0_layer0.txt", "# pool", zeros);
    write("out_0_layer1.txt", "# add", zeros);
    List<GoldenSet> sets = GoldenSet.in(folder);
    assertThat(sets).extracting(GoldenSet::number).containsExactly("0", "3");
    assertThat(GoldenFiles.read(folder, NETWORK).input()).isEqualTo(zeros);
    GoldenFiles third = GoldenFiles.read(sets.get(1), NETWORK);
    assertThat(third.input()).isEqualTo(input);
    assertThat(comparisons(third)).allMatch(LayerComparison::isExact);
  }

  @Test
  void anInputWithNegativeValuesIsSigned() throws IOException {
    int[] signed = input.clone();
    Arrays.setAll(signed, i -> i % 100 - 1);
    write("input.txt", "# input", signed);
    assertThat(inputTypes()).containsExactly(ElementType.INT8);
    signed[7] = 200;
    write("input.txt", "# input", signed);
    assertThat(inputTypes()).containsExactly(ElementType.UINT8);
  }

  private List<ElementType> inputTypes() {
    return GoldenFiles.inputTypes(folder.resolve("input.txt"), NETWORK);
  }

  @Test
  void differencesAreCountedAndTheFirstIsPlaced() throws IOException {
    int[] wrong = sum.clone();
    wrong[2 * 3 * 1 + 2 * 2 + 1] ^= 1;
    wrong[23] ^= 1;
    write("input.txt", "# input", input);
    write("out_layer0.txt", "# pool", maximum);
    write("out_layer1.txt", "# add", wrong);
    LayerComparison layer = comparisons(GoldenFiles.read(folder, NETWORK)).get(1);
    assertThat(layer.mismatches()).isEqualTo(2);
    assertThat(layer.describe())
        .startsWith(
            "layer 1 (add1): 2 of 24 elements differ, first (h 1, w 2, c 1): expected "
                + wrong[11]
                + ", got "
                + sum[11]);
  }

  @Test
  void valuesThatUint8CannotHoldAreReported() throws IOException {
    int[] exceeding = sum.clone();
    exceeding[5] = 281;
    write("input.txt", "# input", input);
    write("out_layer0.txt", "# pool", maximum);
    write("out_layer1.txt", "# add", exceeding);
    assertThat(GoldenFiles.read(folder, NETWORK).adjustments())
        .singleElement()
        .asString()
        .contains("out_layer1.txt: golden exceeds uint8 in 1 elements (largest 281)");
  }

  @Test
  void missingAndDamagedFilesAreNamed() throws IOException {
    refused("input.txt is missing");
    write("input.txt", "# input", new int[] {1, 2, 3});
    refused("input.txt has 3 values; the network's input x (2x4x3) has 24");
    write("input.txt", "# input", input);
    refused("out_layer0.txt is missing: the network has 2 layers, the folder has files for 0");
    write("out_layer0.txt", "# pool", maximum);
    Files.write(folder.resolve("out_layer1.txt"), new byte[] {1, 2, (byte) 0xff, '\n', 'x', ','});
    refused("out_layer1.txt, line 2: 'x' is no whole number");
    write("out_layer1.txt", "# add", new int[] {1});
    refused("out_layer1.txt has 1 values; layer 1 (add1) has 24 outputs (2x4x3)");
    write("out_layer1.txt", "# add", sum);
    for (int i = 2; i < 5; i++) {
      write("out_layer" + i + ".txt", "# more", sum);
    }
    refused("files for 5 layers, the network has 2");
  }

  private List<LayerComparison> comparisons(GoldenFiles golden) {
    return golden.compare(NETWORK, ReferenceInterpreter.run(NETWORK, golden.input()));
  }

  private void refused(String message) {
    assertThatThrownBy(() -> GoldenFiles.read(folder, NETWORK))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  private void write(String file, String title, int[] values) throws IOException {
    String lines = IntStream.of(values).mapToObj(v -> v + ",\n").collect(Collectors.joining());
    Files.writeString(folder.resolve(file), title + "\n" + lines, StandardCharsets.UTF_8);
  }

  private static int[] chw(int[] hwc) {
    int[] chw = new int[hwc.length];
    int pixels = SHAPE.height() * SHAPE.width();
    for (int i = 0; i < hwc.length; i++) {
      chw[i % SHAPE.channels() * pixels + i / SHAPE.channels()] = hwc[i];
    }
    return chw;
  }

  /** A maximum over 3 x 3 and its average with the input. */
  private static Network network() {
    Tensor x = new Tensor("x", SHAPE, ElementType.UINT8);
    Tensor y = new Tensor("y", SHAPE, ElementType.UINT8);
    Tensor z = new Tensor("z", SHAPE, ElementType.UINT8);
    Requantization same = new Requantization(new long[] {1}, new long[] {0}, 1, 0, 255);
    Layer maximum =
        new Pooling(
            "maxpool0", x, y, Pooling.Kind.MAX, new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1), same);
    Layer sum =
        new Addition(
            "add1",
            x,
            y,
            z,
            same,
            same,
            new Requantization(new long[] {1}, new long[] {0}, 2, 0, 255));
    return new Network("small", x, List.of(maximum, sum), List.of(z));
  }
}
