package dev.marlin.deployer.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import java.util.HashMap;
import java.util.Map;

/** The constraints of a tiling, stated again without the solver. */
final class TilingRules {
  /** {@code L3_PREFETCHES} of {@code l3.h}: beyond these nothing is fetched ahead. */
  private static final int REMEMBERED = 16;

  private TilingRules() {}

  static void check(TilingProblem problem, NetworkTiling tiling) {
    int steps = problem.layers().size();
    assertThat(tiling.layers()).hasSize(steps);
    long[] used = new long[steps];
    Map<String, Boolean> inL3 = new HashMap<>();
    int[] underWay = new int[steps];
    for (int step = 0; step < steps; step++) {
      KernelLayer layer = problem.layers().get(step);
      L2Tiling l2 = tiling.layers().get(step).l2();
      L1Tiling l1 = tiling.layers().get(step).l1();
      String what = layer.name() + " " + layer.spec() + " " + tiling.layers().get(step);

      assertThat(L1Buffers.of(layer, l2, l1, problem.hardware().cores()).total())
          .as("L1 of %s", what)
          .isLessThanOrEqualTo(problem.l1Bytes());
      assertThat(l1.height()).as(what).isBetween(1, l2.stripeHeight());
      assertThat(l1.width()).as(what).isBetween(1, layer.out().width());
      assertThat(l1.channels()).as(what).isBetween(1, l2.sliceChannels());
      assertThat(l2.stripeHeight()).as(what).isBetween(1, layer.out().height());
      assertThat(l2.sliceChannels()).as(what).isBetween(1, layer.out().channels());
      if (l2.sliceChannels() < layer.out().channels()) {
        assertThat(l2.sliceChannels() % l1.channels()).as("slice of %s", what).isZero();
      }
      if (!l2.isStriped()) {
        assertThat(l2.stripeHeight()).as(what).isEqualTo(layer.out().height());
      }

      agree(inL3, layer.layer().output().name(), l2.outputInL3());
      for (int i = 0; i < layer.inputs(); i++) {
        agree(inL3, layer.layer().inputs().get(i).name(), l2.inputsInL3().get(i));
      }

      L2Buffers buffers = L2Buffers.of(layer, l2, l1.channels());
      used[step] += buffers.total();
      for (int earlier = step - l2.prefetchDistance(); earlier < step; earlier++) {
        used[earlier] += buffers.constants();
        underWay[earlier]++;
      }
    }
    for (int step = 0; step < steps; step++) {
      assertThat(underWay[step])
          .as("fetches for later layers while %s runs", problem.layers().get(step).name())
          .isLessThanOrEqualTo(REMEMBERED);
    }
    for (Lifetime lifetime : problem.lifetimes().tensors()) {
      if (!inL3.getOrDefault(lifetime.tensor().name(), false)) {
        for (int step = lifetime.first(); step <= lifetime.last(); step++) {
          used[step] += L2Buffers.padded(lifetime.tensor().bytes());
        }
      }
    }
    for (int step = 0; step < steps; step++) {
      assertThat(used[step])
          .as("L2 while %s runs", problem.layers().get(step).name())
          .isLessThanOrEqualTo(problem.l2Bytes());
    }
  }

  private static void agree(Map<String, Boolean> inL3, String tensor, boolean opinion) {
    assertThat(inL3.merge(tensor, opinion, (known, now) -> known))
        .as("place of tensor %s", tensor)
        .isEqualTo(opinion);
  }
}
