package dev.marlin.deployer.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.Networks;
import dev.marlin.deployer.PlainKernels;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.lowering.Lowering;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.schedule.Lifetimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DoryTilesTest {

  /** Tiles of MobileNetV1 1.0 128 as channels x height x width, as long as L2 holds every layer. */
  private static List<String> tiles(String policyName, int copies) {
    Network network = Networks.mobilenet(1.0, 128);
    TilingPolicy policy = TilingPolicies.named(policyName);
    TilingProblem problem =
        new TilingProblem(
            new Lowering(PlainKernels::of).lower(network),
            Lifetimes.of(network),
            Hardware.gap8(),
            56320,
            4 << 20,
            TilingPolicies.weights(policy, Map.of()));
    DoryTiles tiles = new DoryTiles(problem, copies);
    List<String> result = new ArrayList<>();
    for (KernelLayer layer : problem.layers()) {
      L1Tiling tile = tiles.solve(layer, TileSolver.whole(layer));
      result.add(tile.channels() + "x" + tile.height() + "x" + tile.width());
    }
    return result;
  }

  /** The tiles of the layers that DORY cuts for L1 only; the others it takes from L3 in pieces. */
  private static void requireTiles(String policy, int copies, String expected) {
    List<String> tiles = new ArrayList<>(tiles(policy, copies));
    tiles.remove(28);
    tiles.remove(26);
    tiles.remove(24);
    assertThat(tiles).as(policy).containsExactly(expected.split(" "));
  }

  @Test
  void whatDoryTakesFromL3ComesInTheSamePieces() {
    Network network = Networks.mobilenet(1.0, 128);
    TilingPolicy policy = TilingPolicies.named("dory-gap8");
    TilingProblem problem =
        new TilingProblem(
            new Lowering(PlainKernels::of).lower(network),
            Lifetimes.of(network),
            Hardware.gap8(),
            56320,
            380_000,
            TilingPolicies.weights(policy, Map.of()));
    List<String> cut = new ArrayList<>();
    for (Tiling tiling : policy.tile(problem).layers()) {
      L2Tiling l2 = tiling.l2();
      int layer = cut.size();
      boolean sliced = l2.sliceChannels() < problem.layers().get(layer).out().channels();
      cut.add(
          !l2.isStriped() && !sliced
              ? "whole"
              : (l2.inputsInL3().get(0) ? "in " : "")
                  + (l2.outputInL3() ? "out " : "")
                  + l2.stripeHeight()
                  + " rows "
                  + l2.sliceChannels()
                  + " channels, tile "
                  + tiling.l1().channels()
                  + "x"
                  + tiling.l1().height()
                  + "x"
                  + tiling.l1().width());
    }
    assertThat(cut.get(2)).isEqualTo("out 16 rows 64 channels, tile 64x8x42");
    assertThat(cut.get(3)).isEqualTo("in 16 rows 64 channels, tile 16x12x32");
    assertThat(cut.get(24)).isEqualTo("4 rows 32 channels, tile 32x4x4");
    assertThat(cut.get(26)).isEqualTo("4 rows 2 channels, tile 2x4x4");
    assertThat(cut.get(28)).isEqualTo("1 rows 8 channels, tile 8x1x1");
    assertThat(cut.stream().filter("whole"::equals)).hasSize(24);
  }

  @Test
  void singleBufferedTilesOfMobilenetAreThoseOfDory() {
    requireTiles(
        "dory-gap8",
        1,
        "32x56x14 16x16x64 64x8x42 16x12x32 128x8x16 16x32x32 128x8x8 16x16x16 212x8x2 64x16x16"
            + " 100x8x2 96x8x8 100x8x2 208x8x8 36x8x2 208x8x8 36x8x2 208x8x8 36x8x2 208x8x8 36x8x2"
            + " 208x8x8 36x8x2 288x4x4 496x4x4 1024x1x1");
  }

  @Test
  void doubleBufferedTilesOfMobilenetAreThoseOfDory() {
    requireTiles(
        "dory-gvsoc",
        2,
        "32x8x44 16x7x64 64x8x18 16x6x32 128x8x4 8x32x32 92x8x2 13x16x16 92x8x2 32x16x16"
            + " 40x8x2 48x8x8 40x8x2 96x8x8 8x8x2 96x8x8 8x8x2 96x8x8 8x8x2 96x8x8 8x8x2"
            + " 96x8x8 8x8x2 160x4x4 272x4x4 1024x1x1");
  }
}
