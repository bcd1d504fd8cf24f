package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.onnx.NetworkReader;
import dev.marlin.deployer.reference.GoldenFiles;
import dev.marlin.deployer.reference.SharedModels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that were exported and recorded by others. */
final class GoldenDeploymentTest {

  private static Network read(String model) {
    Path file = SharedModels.folder().resolve(model).resolve("model.onnx");
    assumeTrue(Files.exists(file), "golden networks are not there: " + file);
    return NetworkReader.read(file);
  }

  @ParameterizedTest
  @CsvSource({
    "nemo/PenguiNet_32, 64, 512",
    "nemo/PenguiNet_32, 48, 192",
    "nemo/Residual_connection_test_1, 64, 512",
    "nemo/Residual_connection_test_2, 32, 256",
    "nemo/SmartAgri-net, 64, 512",
    "nemo/TCN_test_library, 64, 512",
    "nemo/dronet_2.0, 64, 512",
    "nemo/dronet_complete, 64, 512",
    "nemo/dronet_complete, 32, 192",
    "nemo/dronet_no_pooling, 64, 512",
    "nemo/dscnn_test, 64, 512",
    "nemo/eegnet_1d_8b_1xW, 64, 512",
    "quantlab/Dronet, 64, 512",
    "quantlab/Dronet, 40, 192"
  })
  void everyGoldenNetworkIsPlanned(String model, int l1, int l2) {
    Network network = read(model);
    Hardware hardware = Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024);
    Deployment deployment =
        SimulatedRun.plan(network, DeploymentOptions.defaults().withHardware(hardware));
    assertThat(deployment.layers()).hasSameSizeAs(network.layers());
    assertThat(deployment.application().l2Bytes())
        .isLessThanOrEqualTo(l2 * 1024 - SimulatedRun.RESIDENT);
  }

  @ParameterizedTest
  @CsvSource({
    "nemo/dronet_complete, cycles, 64, 512",
    "nemo/dronet_complete, dory-gap8, 64, 512",
    "nemo/dronet_complete, dory-gvsoc, 64, 512",
    "nemo/dronet_complete, cycles, 44, 160",
    "nemo/dronet_2.0, cycles, 64, 256",
    "nemo/PenguiNet_32, cycles, 24, 128",
    "nemo/Residual_connection_test_1, cycles, 64, 512",
    "nemo/Residual_connection_test_2, dory-gvsoc, 64, 384",
    "nemo/SmartAgri-net, cycles, 32, 64",
    "nemo/TCN_test_library, cycles, 32, 96",
    "nemo/dscnn_test, cycles, 24, 64",
    "nemo/eegnet_1d_8b_1xW, cycles, 64, 512",
    "quantlab/Dronet, cycles, 64, 512",
    "quantlab/Dronet, dory-gvsoc, 64, 512",
    "quantlab/Dronet, cycles, 24, 128",
    "quantlab/Dronet, cycles, 14, 96"
  })
  void everyLayerOfAGoldenNetworkIsRight(String model, String policy, int l1, int l2) {
    Network network = read(model);
    Hardware hardware = Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024);
    Deployment deployment =
        SimulatedRun.deploy(
            network, DeploymentOptions.defaults().withHardware(hardware).withTiling(policy));
    int[] input = GoldenFiles.read(SharedModels.folder().resolve(model), network).input();
    SimulatedRun run = SimulatedRun.of(deployment, input);
    assertThat(run.wrong()).isEmpty();
    assertThat(run.layers()).isEqualTo(network.layers().size());
  }
}
