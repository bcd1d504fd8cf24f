package dev.marlin.deployer;

import dev.marlin.deployer.network.Network;

/** Turns a network into a program: tiling, schedule, code. */
public final class Deployer {
  private Deployer() {}

  /**
   * Deploys {@code network}.
   *
   * @throws InfeasibleException if it does not fit the memories
   * @throws IllegalArgumentException if an option or a layer is not supported: the message names it
   */
  public static Deployment deploy(Network network, DeploymentOptions options) {
    if (network.layers().isEmpty()) {
      throw new IllegalArgumentException("network " + network.name() + " has no layers");
    }
    throw new UnsupportedOperationException("network " + network.name() + " with " + options);
  }
}
