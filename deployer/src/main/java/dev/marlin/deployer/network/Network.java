package dev.marlin.deployer.network;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A quantized network: layers in an order in which they can run.
 *
 * @param name for people and files
 * @param inputs what the caller gives, at least one; most networks have one
 * @param layers in topological order
 * @param outputs tensors that the caller wants, at least one
 */
public record Network(String name, List<Tensor> inputs, List<Layer> layers, List<Tensor> outputs) {
  public Network {
    inputs = List.copyOf(inputs);
    layers = List.copyOf(layers);
    outputs = List.copyOf(outputs);
  }

  /** A network of one input. */
  public Network(String name, Tensor input, List<Layer> layers, List<Tensor> outputs) {
    this(name, List.of(input), layers, outputs);
  }

  /**
   * The one input.
   *
   * @throws IllegalStateException if there are several
   */
  public Tensor input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException("network " + name + " has " + inputs.size() + " inputs");
    }
    return inputs.get(0);
  }

  /** Elements of all inputs together. */
  public int inputElements() {
    return inputs.stream().mapToInt(input -> input.shape().elements()).sum();
  }

  /** Multiply-accumulates of all layers. */
  public long macs() {
    return layers.stream().mapToLong(Layer::macs).sum();
  }

  /**
   * The same network for inputs of other types: files do not say whether an input is signed, the
   * data does.
   *
   * @param types one for each input
   * @throws ModelException if a layer other than a convolution or a fully connected layer reads
   *     such an input: what it writes would change its type too
   */
  public Network withInputTypes(List<ElementType> types) {
    Network network = this;
    for (int i = 0; i < inputs.size(); i++) {
      network = network.withInputType(i, types.get(i));
    }
    return network;
  }

  private Network withInputType(int position, ElementType type) {
    Tensor input = inputs.get(position);
    if (type == input.type()) {
      return this;
    }
    Tensor other = new Tensor(input.name(), input.shape(), type);
    return new Network(
        name,
        IntStream.range(0, inputs.size())
            .mapToObj(i -> i == position ? other : inputs.get(i))
            .toList(),
        layers.stream().map(layer -> reading(layer, input, other)).toList(),
        outputs);
  }

  private static Layer reading(Layer layer, Tensor input, Tensor other) {
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
            + " reads the network's input "
            + input.name()
            + " as "
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
