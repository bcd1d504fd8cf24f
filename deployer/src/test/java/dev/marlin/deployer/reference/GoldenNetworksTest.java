package dev.marlin.deployer.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.onnx.NetworkReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenNetworksTest {

  /** Every folder with a model beside its recordings, and the first that must be there. */
  static Stream<String> models() throws IOException {
    Path folder = SharedModels.folder();
    if (!Files.isDirectory(folder)) {
      return Stream.of("nemo/dronet_complete");
    }
    try (Stream<Path> files = Files.walk(folder, 3)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).equals("model.onnx"))
          .map(file -> String.valueOf(folder.relativize(file).getParent()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyLayerEqualsItsRecordedActivationOrIsExplained(String model) {
    Path folder = SharedModels.folder().resolve(model);
    assumeTrue(Files.isDirectory(folder), () -> "skipped: no golden network at " + folder);
    Network read = NetworkReader.read(folder.resolve("model.onnx"));
    for (GoldenSet set : GoldenSet.in(folder)) {
      Network exact =
          read.withInputTypes(GoldenFiles.inputTypes(set.input(), read))
              .withRequantization(RequantizationMode.EXACT);
      for (RequantizationMode mode : RequantizationMode.values()) {
        Network network = exact.withRequantization(mode);
        GoldenFiles golden = GoldenFiles.read(set, network);
        GoldenExpectation expected = GoldenExpectation.of(golden, network, exact);
        List<Activation> got = ReferenceInterpreter.run(network, golden.input());
        for (int i = 0; i < got.size(); i++) {
          LayerComparison layer =
              LayerComparison.of(i, network.layers().get(i), expected.outputs().get(i), got.get(i));
          assertThat(layer.isExact())
              .as("%s, %s, %s: %s", model, mode, golden.adjustments(), layer.describe())
              .isTrue();
        }
      }
    }
  }
}
