package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.schedule.Place;
import dev.marlin.deployer.schedule.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that are no chain: branches of any number, joined, added, read twice, left open. */
final class GraphTest {

  /** Five tensors alive at once: squeezed, expanded two ways, joined, and added to what was. */
  private static Network branches(long seed) {
    Networks net = Networks.of("branches", 17, 14, 3, seed);
    Tensor stem = net.convolution(12, 3, 1);
    Tensor one = net.convolution(stem, 8, Networks.window(1, 1, 0), 1);
    Tensor three = net.convolution(stem, 7, Networks.window(3, 1, 1), 1);
    Tensor five = net.convolution(one, 5, Networks.window(5, 1, 2), 1);
    Tensor joined = net.join(net.join(one, three), five);
    Tensor projected = net.convolution(joined, 20, Networks.window(1, 1, 0), 1);
    Tensor sum = net.add(joined, projected);
    Tensor open = net.convolution(stem, 6, Networks.window(3, 2, 1), 1);
    net.join(sum, sum);
    net.pool(Pooling.Kind.MAX, Networks.window(2, 2, 0));
    net.join(net.input(), stem);
    net.convolution(9, 3, 2);
    net.connected(11, true);
    return net.build(open, joined);
  }

  /** Three inputs: one for the first layer, one for a sum at once, one that waits for the end. */
  private static Network inputs(long seed) {
    Networks net = Networks.of("inputs", 31, 15, 3, seed);
    Tensor second = net.input(31, 15, 12);
    Tensor late = net.input(15, 7, 20);
    net.convolution(12, 3, 1);
    net.add(net.last(), second);
    net.pool(Pooling.Kind.MAX, Networks.window(2, 2, 0));
    net.convolution(20, 3, 1);
    net.join(net.last(), late);
    net.add(net.last(), net.last());
    net.convolution(9, 3, 2);
    return net.build();
  }

  @ParameterizedTest
  @CsvSource({
    "cycles, 64, 512, 8, 1",
    "cycles, 16, 31, 8, 2",
    "dory-gap8, 64, 512, 8, 3",
    "dory-gvsoc, 64, 160, 8, 4",
    "dory-v0, 64, 512, 3, 5"
  })
  void networksMayHaveSeveralInputs(String policy, int l1, int l2, int cores, long seed) {
    isRight(inputs(seed), policy, l1, l2, cores, seed);
  }

  @Test
  void someInputsStayInL3WhileOthersAreCopied() {
    Hardware hardware = Hardware.gap8().withL1Bytes(16 * 1024).withL2Bytes(31 * 1024);
    Schedule schedule =
        SimulatedRun.plan(inputs(2), DeploymentOptions.defaults().withHardware(hardware))
            .schedule();
    assertThat(schedule.inputs())
        .hasSize(3)
        .extracting(Place::level)
        .contains(MemoryLevel.L2, MemoryLevel.L3);
    assertThat(schedule.inputsInL3()).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "cycles, 64, 512, 8, 1",
    "cycles, 16, 40, 8, 2",
    "cycles, 13, 29, 3, 3",
    "dory-gap8, 64, 160, 8, 4",
    "dory-gvsoc, 64, 160, 8, 5",
    "dory-v0, 64, 512, 8, 6"
  })
  void everyLayerIsRight(String policy, int l1, int l2, int cores, long seed) {
    isRight(branches(seed), policy, l1, l2, cores, seed);
  }

  private static void isRight(
      Network network, String policy, int l1, int l2, int cores, long seed) {
    Hardware hardware =
        Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024).withCores(cores);
    Deployment deployment =
        SimulatedRun.plan(
            network, DeploymentOptions.defaults().withHardware(hardware).withTiling(policy));
    SimulatedRun run = SimulatedRun.of(deployment, SimulatedRun.randomInput(network, seed));
    assertThat(run.wrong()).as("%s", deployment.layers()).isEmpty();
    assertThat(run.layers()).isEqualTo(network.layers().size());
  }
}
