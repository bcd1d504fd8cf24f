package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeployerTest {
  private static Deployment deploy(Network network, Hardware hardware) {
    return new Deployer(FakeKernels::of, layer -> 32, (files, layers, cores) -> 32 * 1024)
        .deploy(network, DeploymentOptions.defaults().withHardware(hardware));
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 224, 64, 512",
    "1.0, 224, 64, 256",
    "1.0, 224, 32, 256",
    "1.0, 128, 64, 512",
    "1.0, 128, 64, 256",
    "0.5, 160, 32, 128",
    "0.25, 128, 48, 512"
  })
  void mobilenetsDeploy(double width, int resolution, int l1, int l2) {
    Hardware hardware = Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024);
    long begin = System.nanoTime();
    Deployment deployment = deploy(Networks.mobilenet(width, resolution), hardware);
    System.out.printf(
        "%s %d %d %d: %d ms, %d cycles, L1 %d L2 %d%n",
        width,
        resolution,
        l1,
        l2,
        (System.nanoTime() - begin) / 1000000,
        deployment.predictedCycles(),
        deployment.application().l1Bytes(),
        deployment.application().l2Bytes());
    assertThat(deployment.application().l2Bytes()).isLessThanOrEqualTo((l2 - 32) * 1024);
    for (LayerPlan plan : deployment.layers()) {
      System.out.println(
          plan.index()
              + " "
              + plan.type()
              + " "
              + plan.tiling()
              + " "
              + plan.tiles()
              + " l1 "
              + plan.l1Bytes()
              + " l3 "
              + plan.l3Bytes());
    }
  }

  @Test
  void anL1ThatIsTooSmallNamesTheLayerAndTheMissingBytes() {
    Hardware hardware = Hardware.gap8().withL1Bytes(10 * 1024);
    assertThatThrownBy(() -> deploy(Networks.mobilenet(1.0, 128), hardware))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("of L1");
  }
}
