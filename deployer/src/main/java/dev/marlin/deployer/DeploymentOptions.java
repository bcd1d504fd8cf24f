package dev.marlin.deployer;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.RequantizationMode;
import java.util.Map;

/**
 * How a network is deployed. {@link #defaults()} is what the command line does without options.
 *
 * @param hardware the machine
 * @param tiling name of the tiling policy
 * @param heuristics weights of the policy's heuristics that differ from its defaults, by name
 * @param requantization what becomes of divisors that are no powers of two
 */
public record DeploymentOptions(
    Hardware hardware,
    String tiling,
    Map<String, Double> heuristics,
    RequantizationMode requantization) {
  public DeploymentOptions {
    heuristics = Map.copyOf(heuristics);
  }

  /** GAP8, the {@code cycles} policy, its own weights, divisors as the file has them. */
  public static DeploymentOptions defaults() {
    return new DeploymentOptions(Hardware.gap8(), "cycles", Map.of(), RequantizationMode.EXACT);
  }

  public DeploymentOptions withHardware(Hardware other) {
    return new DeploymentOptions(other, tiling, heuristics, requantization);
  }

  public DeploymentOptions withTiling(String other) {
    return new DeploymentOptions(hardware, other, heuristics, requantization);
  }

  public DeploymentOptions withHeuristics(Map<String, Double> other) {
    return new DeploymentOptions(hardware, tiling, other, requantization);
  }

  public DeploymentOptions withRequantization(RequantizationMode other) {
    return new DeploymentOptions(hardware, tiling, heuristics, other);
  }
}
