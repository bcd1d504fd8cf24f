package dev.marlin.deployer.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.Networks;
import dev.marlin.deployer.PlainKernels;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.lowering.Lowering;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.schedule.Lifetimes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TilingTest {

  private static TilingProblem problem(Network network, TilingPolicy policy, int l1, int l2) {
    return new TilingProblem(
        new Lowering(PlainKernels::of).lower(network),
        Lifetimes.of(network),
        Hardware.gap8(),
        l1,
        l2,
        TilingPolicies.weights(policy, Map.of()),
        new AnyCycles());
  }

  /** Measures whatever comes to mind: what is chosen by it must still keep every constraint. */
  private static final class AnyCycles implements CycleMeter {
    @Override
    public OptionalLong layer(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
      return OptionalLong.of(
          Math.floorMod(31L * l1.height() + 17L * l1.width() + l1.channels(), 9));
    }

    @Override
    public Optional<List<Long>> network(NetworkTiling tilings) {
      return Optional.of(
          tilings.layers().stream().map(t -> (long) t.l1().channels() * t.l1().width()).toList());
    }
  }

  /** A network of one random layer. */
  private static Network layer(Random random) {
    int height = 1 + random.nextInt(40);
    int width = 1 + random.nextInt(40);
    int channels = 1 + random.nextInt(70);
    Networks net = Networks.of("random", height, width, channels, random.nextLong());
    int kernel = 1 + 2 * random.nextInt(3);
    int stride = 1 + random.nextInt(2);
    switch (random.nextInt(5)) {
      case 0 -> net.convolution(1 + random.nextInt(90), kernel, stride);
      case 1 -> net.depthwise(kernel, stride);
      case 2 ->
          net.pool(
              Pooling.Kind.MAX,
              Networks.window(Math.min(kernel, Math.min(height, width)), stride, 0));
      case 3 -> net.add(net.input(), net.input());
      default -> net.connected(1 + random.nextInt(50), random.nextBoolean());
    }
    return net.build();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyTilingKeepsEveryConstraintOrSaysWhatIsMissing(long seed) {
    Random random = new Random(seed);
    int fitted = 0;
    for (int round = 0; round < 40; round++) {
      Network network = layer(random);
      int l1 = 512 << random.nextInt(7);
      int l2 = 2048 << random.nextInt(7);
      for (TilingPolicy policy : TilingPolicies.all()) {
        TilingProblem problem = problem(network, policy, l1, l2);
        try {
          TilingRules.check(problem, policy.tile(problem));
          fitted++;
        } catch (InfeasibleException e) {
          assertThat(e.missingBytes()).as(e.getMessage()).isPositive();
        }
      }
    }
    assertThat(fitted).isGreaterThan(15);
  }

  @Test
  void mobilenetKeepsEveryConstraintInSmallMemories() {
    Network network = Networks.mobilenet(1.0, 224);
    for (int l2 : new int[] {180 << 10, 450 << 10}) {
      TilingPolicy policy = TilingPolicies.named("cycles");
      TilingProblem problem = problem(network, policy, 40 << 10, l2);
      TilingRules.check(problem, policy.tile(problem));
    }
  }

  /** The last layer's constants need as long as the ten layers before it take. */
  @Test
  void aFetchFromAfarTakesTheFetchesBetweenAlong() {
    TilingPolicy policy = TilingPolicies.named("cycles");
    TilingProblem problem = problem(Networks.mobilenet(0.25, 128), policy, 56 << 10, 450 << 10);
    NetworkTiling tiling = policy.tile(problem);
    TilingRules.check(problem, tiling);
    int last = tiling.layers().size() - 1;
    int start = last - tiling.layers().get(last).l2().prefetchDistance();
    assertThat(last - start).as("layers by which the last constants come early").isGreaterThan(4);
    List<Integer> between =
        IntStream.range(start + 1, last)
            .filter(i -> problem.layers().get(i).hasConstants())
            .mapToObj(i -> i - tiling.layers().get(i).l2().prefetchDistance())
            .toList();
    assertThat(between).as("starts of the fetches between").isNotEmpty().allMatch(i -> i <= start);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void noTileOfASmallLayerIsBetterThanTheChosenOne(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 10; round++) {
      Networks net =
          Networks.of(
              "small", 1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(16), seed);
      net.convolution(4 * (1 + random.nextInt(5)), 3, 1 + random.nextInt(2));
      TilingProblem problem =
          problem(net.build(), TilingPolicies.named("cycles"), 3600 + random.nextInt(3000), 65536);
      KernelLayer layer = problem.layers().get(0);
      CostConstants constants = CostConstants.shipped();
      TileSolver solver = new TileSolver(problem, constants, RegionCost.Weights.PREDICTION);
      TileSolver.Choice choice = solver.solve(layer, TileSolver.whole(layer));
      assertThat(choice.cycles())
          .as("%s in %d bytes", layer.spec(), problem.l1Bytes())
          .isEqualTo(
              bestOfAll(
                  problem,
                  layer,
                  new RegionCost(layer, solver.costs(layer), RegionCost.Weights.PREDICTION)));
    }
  }

  /** The fewest cycles over every tile height and width, block-sized channels, order, overlap. */
  private static long bestOfAll(TilingProblem problem, KernelLayer layer, RegionCost cost) {
    long best = Long.MAX_VALUE;
    L2Tiling whole = TileSolver.whole(layer);
    for (int h = 1; h <= layer.out().height(); h++) {
      for (int w = 1; w <= layer.out().width(); w++) {
        for (int c = 4; c <= layer.out().channels(); c += 4) {
          for (LoopOrder order : LoopOrder.values()) {
            for (boolean overlap : List.of(true, false)) {
              L1Tiling tile = new L1Tiling(h, w, c, order, overlap);
              if (L1Buffers.of(layer, whole, tile, 8).total() <= problem.l1Bytes()) {
                best = Math.min(best, TileSolver.layerCycles(cost, layer, whole, tile));
              }
            }
          }
        }
      }
    }
    return best;
  }

  @Test
  void weightsChangeTheObjective() {
    Networks net = Networks.of("weights", 32, 32, 32, 1);
    net.convolution(64, 1, 1);
    TilingProblem problem = problem(net.build(), new CyclesPolicy(), 16 << 10, 1 << 19);
    KernelLayer layer = problem.layers().get(0);
    L1Tiling tile = new L1Tiling(4, 32, 64, LoopOrder.CONSTANTS_STAY, false);
    CostConstants constants = CostConstants.shipped();
    assertThat(
            new RegionCost(
                    layer,
                    new TileCost(problem.hardware(), layer, constants),
                    new RegionCost.Weights(1, 0, 0))
                .cycles(32, 64, tile))
        .isEqualTo(8 * new KernelCost(layer, 8, constants).cycles(4, 32, 64));
  }
}
