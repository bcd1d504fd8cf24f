package dev.marlin.deployer.tiling;

import java.util.ArrayList;
import java.util.List;

/**
 * The default: fewest predicted cycles from end to end. Two steps of CP-SAT: {@link
 * PlacementSolver} between L3 and L2, {@link TileSolver} between L2 and L1.
 */
final class CyclesPolicy implements TilingPolicy {
  static final String COMPUTE = "compute";
  static final String TRANSFER = "transfer";
  static final String OVERHEAD = "overhead";

  @Override
  public String name() {
    return "cycles";
  }

  @Override
  public List<Heuristic> heuristics() {
    return List.of(
        new Heuristic(COMPUTE, 1, "cycles of the kernels, border tiles included"),
        new Heuristic(TRANSFER, 1, "cycles of the cluster DMA"),
        new Heuristic(OVERHEAD, 1, "cycles between two tiles"));
  }

  @Override
  public NetworkTiling tile(TilingProblem problem) {
    return tile(problem, tiles(problem));
  }

  static TileSolver tiles(TilingProblem problem) {
    return new TileSolver(
        problem,
        CostConstants.shipped(),
        new RegionCost.Weights(
            problem.weight(COMPUTE), problem.weight(TRANSFER), problem.weight(OVERHEAD)));
  }

  static NetworkTiling tile(TilingProblem problem, TileSolver tiles) {
    List<L2Tiling> placements = new PlacementSolver(problem, tiles).solve();
    List<L1Tiling> l1 = new ArrayList<>();
    for (int i = 0; i < problem.layers().size(); i++) {
      l1.add(tiles.solve(problem.layers().get(i), placements.get(i)).tile());
    }
    return new Forecast(problem.hardware(), CostConstants.shipped())
        .of(problem.layers(), placements, l1);
  }
}
