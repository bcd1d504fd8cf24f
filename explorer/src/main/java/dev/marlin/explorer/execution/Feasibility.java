package dev.marlin.explorer.execution;

import dev.marlin.deployer.Deployer;
import dev.marlin.deployer.DeploymentOptions;
import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.ProgramRunner;
import dev.marlin.deployer.ResidentBytes;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.PointOptions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether points fit, without compiling or running anything. */
public final class Feasibility {
  private Feasibility() {}

  /** The points whose memories are smallest come first: they are the first not to fit. */
  public static List<DesignPoint> leastMemoryFirst(List<DesignPoint> points) {
    return points.stream()
        .sorted(
            Comparator.comparingLong(
                point -> (long) point.options().l1Bytes() * point.options().l2Bytes()))
        .toList();
  }

  /**
   * Why a point does not fit, as far as that can be said before code is compiled: its size is
   * estimated. Empty if it fits or is wrong otherwise.
   */
  public static Optional<String> infeasible(DesignPoint point) {
    PointOptions options = point.options();
    try {
      Deployer.deploy(
          SharedState.ofThisJvm().network(point.model(), ModelLoader::load),
          new DeploymentOptions(
              PointExecution.hardware(options),
              options.tiling(),
              options.heuristics(),
              PointExecution.requantization(options)),
          ResidentBytes.ESTIMATE,
          ProgramRunner.ALL_EQUAL);
      return Optional.empty();
    } catch (InfeasibleException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (ModelException | IllegalArgumentException e) {
      return Optional.empty(); // a run says what is wrong
    }
  }
}
