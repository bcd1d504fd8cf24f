package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marlin.deployer.codegen.Application;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.network.Network;
import dev.marlin.kernels.RuntimeLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeployerTest {
  private static final int RESIDENT = 32 * 1024;

  private static Deployment deploy(Network network, DeploymentOptions options) {
    return new Deployer(PlainKernels::of, (files, layers, cores) -> RESIDENT)
        .plan(network, options);
  }

  private static Deployment deploy(Network network, int l1, int l2) {
    Hardware hardware = Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024);
    return deploy(network, DeploymentOptions.defaults().withHardware(hardware));
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 224, 64, 512",
    "1.0, 224, 64, 256",
    "1.0, 128, 32, 512",
    "0.5, 160, 32, 128",
    "0.25, 128, 48, 512"
  })
  void mobilenetsFitTheirMemories(double width, int resolution, int l1, int l2) {
    Deployment deployment = deploy(Networks.mobilenet(width, resolution), l1, l2);
    Application application = deployment.application();
    assertThat(application.l2Bytes()).isLessThanOrEqualTo(l2 * 1024 - RESIDENT);
    assertThat(application.l1Bytes()).isLessThanOrEqualTo(RuntimeLayout.l1ArenaBytes(l1 * 1024, 8));
    assertThat(deployment.layers()).hasSize(29);
  }

  @ParameterizedTest
  @CsvSource({"dory-gap8", "dory-gvsoc"})
  void theOtherPoliciesDeployMobilenet(String policy) {
    Deployment deployment =
        deploy(Networks.mobilenet(1.0, 128), DeploymentOptions.defaults().withTiling(policy));
    assertThat(deployment.application().l2Bytes()).isLessThanOrEqualTo(480 * 1024);
    assertThat(deployment.predictedCycles())
        .isGreaterThan(
            deploy(Networks.mobilenet(1.0, 128), DeploymentOptions.defaults()).predictedCycles());
  }

  @Test
  void theSameDeploymentTwiceIsTheSameText() {
    Network network = Networks.mobilenet(0.5, 128);
    assertThat(deploy(network, 64, 256).application().sources())
        .isEqualTo(deploy(network, 64, 256).application().sources());
  }

  @Test
  void anL1ThatIsTooSmallNamesTheLayerAndTheMissingBytes() {
    InfeasibleException tooSmall =
        catchThrowableOfType(
            InfeasibleException.class, () -> deploy(Networks.mobilenet(1.0, 128), 5, 512));
    assertThat(tooSmall.level()).isEqualTo(MemoryLevel.L1);
    assertThat(tooSmall.layer()).startsWith("conv");
    assertThat(tooSmall.missingBytes()).isPositive();
    int enough = 7 + (int) (tooSmall.missingBytes() / 1024);
    assertThat(deploy(Networks.mobilenet(1.0, 128), enough, 512).layers()).hasSize(29);
  }

  @Test
  void anL2ThatIsTooSmallNamesTheLayerAndTheMissingBytes() {
    InfeasibleException tooSmall =
        catchThrowableOfType(
            InfeasibleException.class, () -> deploy(Networks.mobilenet(1.0, 128), 64, 33));
    assertThat(tooSmall.level()).isEqualTo(MemoryLevel.L2);
    assertThat(tooSmall.availableBytes()).isEqualTo(1024);
    assertThat(tooSmall.missingBytes()).isPositive();
  }

  @Test
  void anL3ThatIsTooSmallNamesTheMissingBytes() {
    DeploymentOptions options =
        DeploymentOptions.defaults().withHardware(Hardware.gap8().withL3Bytes(1 << 20));
    assertThatThrownBy(() -> deploy(Networks.mobilenet(1.0, 128), options))
        .isInstanceOf(InfeasibleException.class)
        .hasMessageContaining("bytes of L3");
  }

  @Test
  void anUnknownPolicyOrHeuristicIsNamedWithThoseThatExist() {
    Network network = Networks.mobilenet(0.25, 128);
    assertThatThrownBy(() -> deploy(network, DeploymentOptions.defaults().withTiling("best")))
        .hasMessageContaining("best")
        .hasMessageContaining("cycles");
    assertThatThrownBy(
            () ->
                deploy(network, DeploymentOptions.defaults().withHeuristics(Map.of("speed", 1.0))))
        .hasMessageContaining("speed")
        .hasMessageContaining("transfer");
  }
}
