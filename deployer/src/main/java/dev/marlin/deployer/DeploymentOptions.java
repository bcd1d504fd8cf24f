package dev.marlin.deployer;

import dev.marlin.deployer.hardware.Hardware;
import java.util.Map;

/**
 * How a network is deployed. {@link #defaults()} is what the command line does without options.
 *
 * @param hardware the machine
 * @param tiling name of the tiling policy
 * @param heuristics weights of the policy's heuristics that differ from its defaults, by name
 */
public record DeploymentOptions(Hardware hardware, String tiling, Map<String, Double> heuristics) {
  public DeploymentOptions {
    heuristics = Map.copyOf(heuristics);
  }

  /** GAP8, the {@code cycles} policy, its own weights. */
  public static DeploymentOptions defaults() {
    return new DeploymentOptions(Hardware.gap8(), "cycles", Map.of());
  }

  public DeploymentOptions withHardware(Hardware other) {
    return new DeploymentOptions(other, tiling, heuristics);
  }

  public DeploymentOptions withTiling(String other) {
    return new DeploymentOptions(hardware, other, heuristics);
  }

  public DeploymentOptions withHeuristics(Map<String, Double> other) {
    return new DeploymentOptions(hardware, tiling, other);
  }
}
