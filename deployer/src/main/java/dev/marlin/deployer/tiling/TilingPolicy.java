package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import java.util.List;

/** A way to choose how every layer of a network is cut. Stateless. */
public interface TilingPolicy {

  /** As on the command line. */
  String name();

  /** The weights that this policy knows. */
  List<Heuristic> heuristics();

  /**
   * Cuts every layer so that it fits L1, and so that at every step of the schedule what must lie in
   * L2 at the same time fits L2.
   *
   * @throws InfeasibleException if no cut of this policy fits
   */
  default NetworkTiling tile(TilingProblem problem) {
    return tile(problem, TileCache.NONE);
  }

  /**
   * As {@link #tile(TilingProblem)}, with what other deployments have found.
   *
   * @param cache changes how long it takes, never the result
   * @throws InfeasibleException if no cut of this policy fits
   */
  NetworkTiling tile(TilingProblem problem, TileCache cache);
}
