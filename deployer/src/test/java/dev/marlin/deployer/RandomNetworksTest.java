package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.RequantizationMode;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random networks on random memories with the fast kernels: every layer in the simulator against
 * the reference. {@code -Dmarlin.random.networks=FIRST-LAST} runs other seeds; a campaign of
 * hundreds is worth its time after a change of kernels, engine or tiler.
 */
final class RandomNetworksTest {
  private static final String SEEDS = "marlin.random.networks";

  static LongStream seeds() {
    String[] range = System.getProperty(SEEDS, "1-40").split("-", 2);
    return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[1]));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyLayerOfARandomNetworkIsRight(long seed) {
    Network network = RandomNetwork.of(seed);
    Random random = new Random(seed);
    int cores = new int[] {1, 2, 3, 8, 8, 8}[random.nextInt(6)];
    int l1 = 1024 * (random.nextInt(3) == 0 ? 64 : 12 + random.nextInt(30));
    int l2 = 1024 * (random.nextInt(3) == 0 ? 512 : 128 + random.nextInt(200));
    DeploymentOptions options =
        DeploymentOptions.defaults()
            .withHardware(Hardware.gap8().withCores(cores).withL1Bytes(l1).withL2Bytes(l2))
            .withRequantization(
                random.nextBoolean() ? RequantizationMode.EXACT : RequantizationMode.SHIFT);
    String what = "%d cores, L1 %d, L2 %d, %s".formatted(cores, l1, l2, network.layers());
    Deployment deployment;
    try {
      deployment = SimulatedRun.deploy(network, options);
    } catch (RuntimeException e) {
      throw new AssertionError("not deployed: " + e.getMessage() + "; " + what, e);
    }
    SimulatedRun run = SimulatedRun.of(deployment, SimulatedRun.randomInput(network, seed));
    assertThat(run.wrong()).as("%s%n%s", what, deployment.layers()).isEmpty();
    assertThat(run.layers()).as(what).isEqualTo(network.layers().size());
    assertThat(run.status()).as(what).isZero();
  }
}
