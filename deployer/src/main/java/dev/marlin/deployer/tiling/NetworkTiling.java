package dev.marlin.deployer.tiling;

import java.util.List;

/**
 * How all layers of a network are cut.
 *
 * @param layers one tiling for each layer, in order
 */
public record NetworkTiling(List<Tiling> layers) {
  public NetworkTiling {
    layers = List.copyOf(layers);
  }
}
