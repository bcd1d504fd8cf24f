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

  /**
   * The same network for an input of another type: files do not say whether an input is signed, the
   * data does.
   *
   * @throws ModelException if a layer other than a convolution or a fully connected layer reads the
   *     input: what it writes would change its type too
   */
  public Network withInputType(ElementType type) {
    if (type == input.type()) {
      return this;
    }
    Tensor other = new Tensor(input.name(), input.shape(), type);
    return new Network(
        name, other, layers.stream().map(layer -> reading(layer, other)).toList(), outputs);
  }

  private Layer reading(Layer layer, Tensor other) {
    if (!layer.inputs().contains(input)) {
      return layer;
    }
    if (layer instanceof Convolution l) {
      return new Convolution(
          l.name(),
          other,
          l.output(),
          l.window(),
          l.groups(),
          l.weights(),
          l.bias(),
          l.requantization());
    }
    if (layer instanceof FullyConnected l) {
      return new FullyConnected(
          l.name(), other, l.output(), l.weights(), l.bias(), l.requantization());
    }
    throw new ModelException(
        "layer "
            + layer.name()
            + " reads the network's input as "
            + input.type()
            + ", the data is "
            + other.type()
            + "; supported: convolutions and fully connected layers on an input of another type");
  }

  /** The same network with the divisors that {@code mode} asks for. */
  public Network withRequantization(RequantizationMode mode) {
    return mode.apply(this);
  }
}
