package dev.marlin.deployer.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.onnx.NetworkReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenNetworksTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nemo/dronet_complete",
        "nemo/dronet_2.0",
        "nemo/dronet_no_pooling",
        "nemo/PenguiNet_32",
        "nemo/Residual_connection_test_1",
        "nemo/Residual_connection_test_2",
        "nemo/SmartAgri-net",
        "nemo/dscnn_test",
        "nemo/eegnet_1d_8b_1xW",
        "nemo/TCN_test_library",
        "quantlab/Dronet"
      })
  void everyLayerEqualsItsRecordedActivation(String model) {
    Path folder = SharedModels.folder().resolve(model);
    assumeTrue(Files.isDirectory(folder), () -> "skipped: no golden network at " + folder);
    Network network =
        NetworkReader.read(folder.resolve("model.onnx"))
            .withRequantization(RequantizationMode.SHIFT);

    GoldenFiles golden = GoldenFiles.read(folder, network);
    List<LayerComparison> layers =
        golden.compare(network, ReferenceInterpreter.run(network, golden.input()));

    assertThat(layers).isNotEmpty();
    assertThat(layers.stream().filter(layer -> !layer.isExact()).map(LayerComparison::describe))
        .as("%s, %s", model, golden.adjustments())
        .isEmpty();
  }
}
