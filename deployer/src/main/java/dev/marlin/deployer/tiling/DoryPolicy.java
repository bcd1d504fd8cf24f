package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import java.util.ArrayList;
import java.util.List;

/**
 * What DORY would do, on the same kernels: its constraints, its objective with every term a weight,
 * its one loop order, its buffers.
 *
 * <p>{@code dory-gap8} is its target for the board: single buffers, every transfer waited for.
 * {@code dory-gvsoc} is its target for the simulator: double buffers.
 */
final class DoryPolicy implements TilingPolicy {
  private final String name;
  private final int copies;
  private final double stackFirst;
  private final double stackOthers;

  private DoryPolicy(String name, int copies, double stackFirst, double stackOthers) {
    this.name = name;
    this.copies = copies;
    this.stackFirst = stackFirst;
    this.stackOthers = stackOthers;
  }

  static DoryPolicy gap8() {
    return new DoryPolicy("dory-gap8", 1, 3500, 3400);
  }

  static DoryPolicy gvsoc() {
    return new DoryPolicy("dory-gvsoc", 2, 3800, 3600);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Heuristic> heuristics() {
    return DoryHeuristics.all(stackFirst, stackOthers);
  }

  @Override
  public NetworkTiling tile(TilingProblem problem) {
    DoryTiles tiles = new DoryTiles(problem, copies);
    List<L2Tiling> placements = new DoryPlacement(problem, tiles).solve();
    KernelCost kernels = KernelCost.load(problem.hardware().cores());
    List<Tiling> tilings = new ArrayList<>();
    for (int i = 0; i < problem.layers().size(); i++) {
      KernelLayer layer = problem.layers().get(i);
      L2Tiling l2 = placements.get(i);
      L1Tiling tile = tiles.solve(layer, l2);
      RegionCost cost =
          new RegionCost(problem.hardware(), layer, kernels, RegionCost.Weights.PREDICTION);
      long compute = TileSolver.layerCycles(cost, layer, l2, tile);
      PlacementOptions.Option option =
          PlacementOptions.option(layer, l2, tile.channels(), problem.hardware().l3(), compute);
      tilings.add(
          new Tiling(l2, tile, Math.max(compute, option.streamCycles()) + option.waitCycles()));
    }
    return new NetworkTiling(tilings);
  }
}
