package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans run: every layer's output in the simulator against the reference, element by element. */
final class EndToEndTest {
  /** All kinds of layers, two live branches, odd sizes. */
  private static Network everyKind(long seed) {
    Networks net = Networks.of("every kind", 21, 19, 3, seed);
    net.convolution(20, 3, 1);
    Tensor branch = net.depthwise(3, 1);
    net.convolution(20, 1, 1);
    net.add(branch, net.last());
    Tensor stem = net.convolution(net.last(), 12, Networks.window(3, 2, 1), 1);
    net.convolution(stem, 12, new Window(3, 2, 1, 1, 2, 3, 2, 1, 2, 2), 1);
    net.add(net.last(), stem);
    net.pool(Pooling.Kind.MAX, Networks.window(2, 2, 0));
    net.pool(Pooling.Kind.AVERAGE, Networks.window(3, 2, 1));
    net.connected(13, false);
    net.connected(10, true);
    return net.build();
  }

  @ParameterizedTest
  @CsvSource({
    "cycles, 32, 64, 1",
    "cycles, 16, 40, 2",
    "cycles, 13, 29, 3",
    "cycles, 13, 26, 4",
    "cycles, 64, 27, 5",
    "dory-gap8, 64, 160, 6",
    "dory-gvsoc, 64, 160, 7",
    "dory-gap8, 64, 100, 8",
    "dory-gvsoc, 64, 100, 9"
  })
  void everyLayerOfEveryKindIsRight(String policy, int l1, int l2, long seed) {
    run(everyKind(seed), policy, l1, l2, 8);
  }

  @Test
  void everyLayerIsRightOnOneCoreAndOnThree() {
    run(everyKind(10), "cycles", 13, 30, 1);
    run(everyKind(11), "cycles", 13, 30, 3);
  }

  @Test
  void aSmallMobilenetIsRightInASmallL2() {
    run(Networks.mobilenet(0.25, 64), "cycles", 24, 45, 8);
  }

  @ParameterizedTest
  @CsvSource({"cycles, 32, 64, 21", "cycles, 16, 48, 22", "dory-gvsoc, 64, 128, 23"})
  void everyLayerOfEveryKindIsRightWithTheFastKernels(String policy, int l1, int l2, long seed) {
    Hardware hardware = Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024);
    Network network = everyKind(seed);
    check(
        SimulatedRun.deploy(
            network, DeploymentOptions.defaults().withHardware(hardware).withTiling(policy)));
  }

  private static void run(Network network, String policy, int l1, int l2, int cores) {
    Hardware hardware =
        Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024).withCores(cores);
    Deployment deployment =
        SimulatedRun.plan(
            network, DeploymentOptions.defaults().withHardware(hardware).withTiling(policy));
    check(deployment);
  }

  private static void check(Deployment deployment) {
    SimulatedRun run =
        SimulatedRun.of(deployment, SimulatedRun.randomInput(deployment.network(), 1));
    assertThat(run.wrong()).as("%s", deployment.layers()).isEmpty();
    assertThat(run.layers()).isEqualTo(deployment.network().layers().size());
    assertThat(run.status()).isZero();
    assertThat(run.stdout()).contains("marlin total cycles ");
  }
}
