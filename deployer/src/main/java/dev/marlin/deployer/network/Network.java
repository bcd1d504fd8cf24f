package dev.marlin.deployer.network;

import java.util.List;

/**
 * A quantized network: layers in an order in which they can run.
 *
 * @param name for people and files
 * @param input the one input
 * @param layers in topological order
 * @param outputs tensors that the caller wants, at least one
 */
public record Network(String name, Tensor input, List<Layer> layers, List<Tensor> outputs) {
  public Network {
    layers = List.copyOf(layers);
    outputs = List.copyOf(outputs);
  }

  /** Multiply-accumulates of all layers. */
  public long macs() {
    return layers.stream().mapToLong(Layer::macs).sum();
  }

  /** The same network with the divisors that {@code mode} asks for. */
  public Network withRequantization(RequantizationMode mode) {
    return mode.apply(this);
  }
}
