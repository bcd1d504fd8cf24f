package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Fewest cycles as they are measured. The cost model of {@link CyclesPolicy} chooses what lies in
 * L3 and proposes, for every layer, the tiles that it thinks best; each is run alone and the
 * fastest one kept. Then the whole network is run as {@code cycles} would have it, with the tiles
 * that were fastest alone, and with those that were faster in their place; the fastest of the three
 * is taken. So the result is never slower than {@code cycles}.
 */
final class MeasuredPolicy implements TilingPolicy {
  private static final String CANDIDATES = "candidates";

  private final CyclesPolicy cycles = new CyclesPolicy();

  @Override
  public String name() {
    return "measured";
  }

  @Override
  public List<Heuristic> heuristics() {
    return Stream.concat(
            cycles.heuristics().stream(),
            Stream.of(new Heuristic(CANDIDATES, 6, "tiles of each layer that are run")))
        .toList();
  }

  @Override
  public NetworkTiling tile(TilingProblem problem) {
    TileSolver solver = CyclesPolicy.tiles(problem);
    NetworkTiling predicted = CyclesPolicy.tile(problem, solver);
    List<L1Tiling> fastest = new ArrayList<>();
    for (int i = 0; i < problem.layers().size(); i++) {
      fastest.add(fastest(problem, solver, problem.layers().get(i), predicted.layers().get(i)));
    }
    NetworkTiling alone = with(problem, predicted, fastest);
    return alone.equals(predicted) ? predicted : fastestOf(problem, predicted, alone);
  }

  /** The tile that is fastest where the layer runs alone; of equals the one predicted best. */
  private static L1Tiling fastest(
      TilingProblem problem, TileSolver solver, KernelLayer layer, Tiling predicted) {
    int count = (int) problem.weight(CANDIDATES);
    L1Tiling best = predicted.l1();
    long fewest = Long.MAX_VALUE;
    for (L1Tiling tile : solver.best(layer, predicted.l2(), best, count)) {
      OptionalLong measured = problem.meter().layer(layer, predicted.l2(), tile);
      if (measured.isPresent() && measured.getAsLong() < fewest) {
        fewest = measured.getAsLong();
        best = tile;
      }
    }
    return best;
  }

  private static NetworkTiling fastestOf(
      TilingProblem problem, NetworkTiling predicted, NetworkTiling alone) {
    Optional<List<Long>> first = problem.meter().network(predicted);
    Optional<List<Long>> second = problem.meter().network(alone);
    if (first.isEmpty() || second.isEmpty()) {
      return first.isPresent() ? predicted : alone;
    }
    List<L1Tiling> tiles = new ArrayList<>();
    for (int i = 0; i < problem.layers().size(); i++) {
      boolean faster = second.get().get(i) < first.get().get(i);
      tiles.add((faster ? alone : predicted).layers().get(i).l1());
    }
    NetworkTiling best = sum(second) < sum(first) ? alone : predicted;
    NetworkTiling mixed = with(problem, predicted, tiles);
    if (mixed.equals(predicted) || mixed.equals(alone)) {
      return best;
    }
    Optional<List<Long>> third = problem.meter().network(mixed);
    return third.isPresent() && sum(third) < Math.min(sum(first), sum(second)) ? mixed : best;
  }

  private static long sum(Optional<List<Long>> cycles) {
    return cycles.orElseThrow().stream().mapToLong(Long::longValue).sum();
  }

  private static NetworkTiling with(
      TilingProblem problem, NetworkTiling tilings, List<L1Tiling> tiles) {
    return new Forecast(problem.hardware(), CostConstants.shipped())
        .of(problem.layers(), tilings.layers().stream().map(Tiling::l2).toList(), tiles);
  }
}
