package dev.marlin.deployer.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ArenaPlannerTest {

  static void requireNoOverlap(List<Block> blocks, List<Integer> offsets, int capacity) {
    for (int i = 0; i < blocks.size(); i++) {
      assertThat(offsets.get(i) % ArenaPlanner.ALIGNMENT).isZero();
      assertThat(offsets.get(i) + blocks.get(i).bytes()).isLessThanOrEqualTo(capacity);
      for (int j = 0; j < i; j++) {
        boolean apart =
            offsets.get(i) + blocks.get(i).bytes() <= offsets.get(j)
                || offsets.get(j) + blocks.get(j).bytes() <= offsets.get(i);
        assertThat(apart || !blocks.get(i).meets(blocks.get(j)))
            .as(
                "%s at %d and %s at %d",
                blocks.get(i), offsets.get(i), blocks.get(j), offsets.get(j))
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void blocksThatLiveTogetherDoNotOverlap(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int first = random.nextInt(40);
        blocks.add(new Block("b" + i, 1 + random.nextInt(5000), first, first + random.nextInt(8)));
      }
      ArenaPlanner.Plan plan = ArenaPlanner.smallestFirstFit(blocks);
      assertThat((long) plan.bytes())
          .isGreaterThanOrEqualTo(ArenaPlanner.fullestStep(blocks).bytes());
      requireNoOverlap(blocks, plan.offsets(), plan.bytes());
    }
  }

  @Test
  void whatFirstFitLeavesHolesInIsPackedTightly() {
    Random random = new Random(3);
    int tight = 0;
    for (int round = 0; round < 60; round++) {
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        int first = random.nextInt(12);
        blocks.add(
            new Block("b" + i, 8 * (1 + random.nextInt(40)), first, first + random.nextInt(5)));
      }
      int fullest = (int) ArenaPlanner.fullestStep(blocks).bytes();
      boolean holes = ArenaPlanner.smallestFirstFit(blocks).bytes() > fullest;
      Optional<ArenaPlanner.Plan> plan = ArenaPlanner.plan(blocks, fullest);
      if (plan.isPresent()) {
        requireNoOverlap(blocks, plan.get().offsets(), fullest);
        tight += holes ? 1 : 0;
      }
    }
    assertThat(tight).as("rounds that only the solver packs").isPositive();
  }

  @Test
  void moreThanTheFullestStepHoldsIsRefused() {
    List<Block> blocks = List.of(new Block("a", 64, 0, 1), new Block("b", 64, 1, 2));
    assertThat(ArenaPlanner.plan(blocks, 120)).isEmpty();
    assertThat(ArenaPlanner.plan(blocks, 128)).isPresent();
  }
}
