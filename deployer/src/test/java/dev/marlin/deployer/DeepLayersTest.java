package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Window;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of so many input channels that no tile of them fits L1 at once. */
final class DeepLayersTest {

  private static Network network(String kind, int inputs) {
    switch (kind) {
      case "pointwise" -> {
        Networks net = Networks.of(kind, 3, 5, inputs, 1);
        net.convolution(9, 1, 1);
        return net.build();
      }
      case "convolution" -> {
        Networks net = Networks.of(kind, 4, 3, inputs, 2);
        net.convolution(6, 3, 1);
        return net.build();
      }
      case "grouped" -> {
        Networks net = Networks.of(kind, 3, 3, inputs, 3);
        net.convolution(net.last(), 10, new Window(2, 2, 1, 2, 1, 1, 1, 0, 0, 1), 2);
        return net.build();
      }
      case "connected" -> {
        Networks net = Networks.of(kind, 1, 1, inputs, 4);
        net.connected(13, false);
        return net.build();
      }
      default -> {
        Networks net = Networks.of(kind, 5, 5, inputs, 5);
        net.connected(7, true);
        return net.build();
      }
    }
  }

  @ParameterizedTest(name = "{0} of {1} channels in {2} KiB on {3} cores")
  @CsvSource({
    "pointwise, 3001, 8, 8",
    "pointwise, 6000, 16, 8",
    "convolution, 1000, 16, 8",
    "convolution, 700, 10, 3",
    "grouped, 2000, 16, 8",
    "grouped, 2002, 12, 2",
    "connected, 20000, 8, 8",
    "connected, 9001, 16, 3",
    "raw sums, 700, 8, 8"
  })
  void isComputedInSteps(String kind, int inputs, int l1, int cores) {
    Network network = network(kind, inputs);
    Hardware hardware = Hardware.gap8().withL1Bytes(l1 * 1024).withCores(cores);
    Deployment deployment =
        SimulatedRun.deploy(network, DeploymentOptions.defaults().withHardware(hardware));
    assertThat(deployment.application().sources().get("network.c")).contains(".depth_c = ");
    SimulatedRun run = SimulatedRun.of(deployment, SimulatedRun.randomInput(network, 6));
    assertThat(run.wrong()).isEmpty();
    assertThat(run.layers()).isEqualTo(1);
  }
}
