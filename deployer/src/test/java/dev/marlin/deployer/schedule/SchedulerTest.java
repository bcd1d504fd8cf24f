package dev.marlin.deployer.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.Networks;
import dev.marlin.deployer.PlainKernels;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.Lowering;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.tiling.TilingPolicies;
import dev.marlin.deployer.tiling.TilingPolicy;
import dev.marlin.deployer.tiling.TilingProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SchedulerTest {

  /** A random graph in which any earlier tensor of the same shape may be added again. */
  private static Network graph(Random random) {
    Networks net = Networks.of("graph", 20, 24, 16, random.nextLong());
    List<Tensor> same = new ArrayList<>(List.of(net.input()));
    for (int i = 0; i < 10; i++) {
      Tensor from = same.get(random.nextInt(same.size()));
      switch (random.nextInt(3)) {
        case 0 -> same.add(net.convolution(from, 16, Networks.window(3, 1, 1), 1));
        case 1 -> same.add(net.convolution(from, 16, Networks.window(3, 1, 1), 16));
        default -> same.add(net.add(from, same.get(random.nextInt(same.size()))));
      }
    }
    return net.build();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void buffersThatLiveTogetherNeverOverlap(long seed) {
    Random random = new Random(seed);
    Network network = graph(random);
    TilingPolicy policy = TilingPolicies.named("cycles");
    int scheduled = 0;
    boolean spilled = false;
    for (int l2 : new int[] {12 << 10, 20 << 10, 40 << 10, 80 << 10}) {
      TilingProblem problem =
          new TilingProblem(
              new Lowering(PlainKernels::of).lower(network),
              Lifetimes.of(network),
              Hardware.gap8(),
              8 << 10,
              l2,
              TilingPolicies.weights(policy, Map.of()));
      Optional<Schedule> schedule;
      try {
        schedule = Scheduler.schedule(problem, policy.tile(problem));
      } catch (InfeasibleException e) {
        assertThat(e.level()).isEqualTo(MemoryLevel.L2);
        continue;
      }
      if (schedule.isPresent()) {
        ArenaPlannerTest.requireNoOverlap(
            schedule.get().l2Blocks(), schedule.get().l2Offsets(), l2);
        requireDisjointInL3(schedule.get());
        scheduled++;
        spilled |= schedule.get().l3Bytes() > schedule.get().activationsInL3();
      }
    }
    assertThat(scheduled).isGreaterThan(1);
    assertThat(spilled).as("some activation lies in L3").isTrue();
  }

  /** Constants, input and activations do not share bytes with each other. */
  private static void requireDisjointInL3(Schedule schedule) {
    int end = Scheduler.L3_HEADER_BYTES;
    for (LayerSchedule layer : schedule.layers()) {
      if (layer.constants().isPresent()) {
        Place place = layer.constants().get().whole();
        assertThat(place.offset()).isGreaterThanOrEqualTo(end);
        assertThat(place.offset() % 4).isZero();
        end = place.offset() + place.bytes();
      }
      Place out = layer.output().whole();
      if (out.level() == MemoryLevel.L3) {
        assertThat(out.offset()).isGreaterThanOrEqualTo(schedule.activationsInL3());
        assertThat(out.offset() + out.bytes()).isLessThanOrEqualTo(schedule.l3Bytes());
      }
    }
    assertThat(schedule.inputsInL3().get(0)).isGreaterThanOrEqualTo(end);
  }
}
