package dev.marlin.deployer;

import dev.marlin.deployer.codegen.Application;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.schedule.Schedule;
import java.util.List;

/**
 * What {@link Deployer#deploy} returns.
 *
 * @param network the network as deployed
 * @param options what it was deployed with
 * @param layers one plan for each layer of the network, in order
 * @param schedule where every buffer lies and when it moves
 * @param application the program
 * @param tilingSeconds of the host that tiling and schedule took
 */
public record Deployment(
    Network network,
    DeploymentOptions options,
    List<LayerPlan> layers,
    Schedule schedule,
    Application application,
    double tilingSeconds) {
  public Deployment {
    layers = List.copyOf(layers);
  }

  /** Cycles of all layers by the policy's cost model. */
  public long predictedCycles() {
    return layers.stream().mapToLong(LayerPlan::predictedCycles).sum();
  }
}
