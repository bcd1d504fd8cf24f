package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Accumulators;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The network under construction: walks the graph in topological order, lets the frontend's rules
 * turn operators into layers, and keeps what every ONNX tensor means so far.
 */
final class Lowering {
  private static final Window SINGLE = new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);

  private final Graph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Set<Tensor>> tails = new HashMap<>();
  private final Set<Node> done = new HashSet<>();
  private final List<Layer> layers = new ArrayList<>();

  private Lowering(Graph graph) {
    this.graph = graph;
  }

  /** The network that {@code graph} describes. */
  static Network lower(Graph graph, Frontend frontend, String name) {
    Lowering lowering = new Lowering(graph);
    List<Tensor> inputs = lowering.inputs();
    Map<String, Rule> rules = frontend.rules();
    for (Node node : graph.nodes()) {
      if (lowering.done.add(node)) {
        Rule rule = rules.get(node.operator());
        if (rule == null) {
          throw unsupported(node, frontend);
        }
        rule.apply(node, lowering);
      }
    }
    if (lowering.layers.isEmpty()) {
      throw new ModelException("the network has no layer");
    }
    lowering.requireEveryInput(inputs);
    return new Network(name, inputs, lowering.layers, lowering.outputs());
  }

  Graph graph() {
    return graph;
  }

  /** What input {@code i} of {@code node} means, whatever it may be used for. */
  Value any(Node node, int i) {
    String tensor = node.input(i);
    Value value = values.get(tensor);
    if (value == null) {
      throw node.error(
          graph.constant(tensor).isPresent()
              ? "reads the constant " + Text.quoted(tensor) + " where an activation is expected"
              : "reads " + Text.quoted(tensor) + ", a second output, which is not supported");
    }
    return value;
  }

  /** The activation that input {@code i} is, perhaps with padding and scale still to apply. */
  Value data(Node node, int i) {
    Value value = any(node, i);
    if (value.kind() == Value.Kind.TAIL) {
      throw node.error(
          "reads "
              + Text.quoted(node.input(i))
              + ", made by operators (Gather, Sigmoid, Softmax, Concat) that are supported only"
              + " behind the last layer, where they are left to the host");
    }
    if (value.kind() == Value.Kind.SHAPE) {
      throw node.error(
          "computes with the shape " + Text.quoted(node.input(i)) + "; supported: Reshape of it");
    }
    return value;
  }

  /** The uint8 or int8 activation that input {@code i} is, with nothing left to apply. */
  Value operand(Node node, int i) {
    Value value = unscaled(node, i);
    if (value.isPadded()) {
      throw node.error("reads a padded tensor; supported: Pad before convolutions and poolings");
    }
    return value;
  }

  /** As {@link #operand}, but padding may be left to apply. */
  Value unscaled(Node node, int i) {
    Value value = data(node, i);
    if (value.scale() != 1) {
      throw node.error(
          "reads a tensor multiplied by "
              + value.scale()
              + "; supported: factors before a residual Add, or before a Div or Clip");
    }
    requireActivation(node, value);
    return value;
  }

  /** Layers read 8-bit activations only. */
  void requireActivation(Node node, Value value) {
    if (value.tensor().type() == ElementType.INT32) {
      throw node.error(
          "reads the raw 32-bit sums "
              + Text.quoted(value.tensor().name())
              + "; supported: a requantization (Mul, Add, Div, Clip) between two layers");
    }
  }

  /** The rows, columns and channels of {@code value}, which must not have been reshaped. */
  static Shape image(Node node, Value value) {
    if (!value.isImage()) {
      throw node.error(
          "reads a tensor of "
              + value.tensor().shape().toChw()
              + " reshaped to "
              + value.dims()
              + "; supported: Flatten before fully connected layers");
    }
    return value.tensor().shape();
  }

  /**
   * The activations that {@code tensor} is made of: one, or what a Concat left to the host joins.
   */
  Set<Tensor> behind(String tensor) {
    Set<Tensor> several = tails.get(tensor);
    Value value = values.get(tensor);
    return several != null ? several : value == null ? Set.of() : Set.of(value.tensor());
  }

  /** Says that {@code tensor} is made by the host of the activations {@code behind}. */
  void defineTail(String tensor, Value value, Set<Tensor> behind) {
    values.put(tensor, value.as(Value.Kind.TAIL));
    tails.put(tensor, new LinkedHashSet<>(behind));
  }

  void define(String tensor, Value value) {
    values.put(tensor, value);
  }

  /** Position of the next layer: part of its name. */
  int position() {
    return layers.size();
  }

  /** Adds a layer, checked: its sums must fit 32 bits, and what becomes of them 64. */
  void add(Node node, Layer layer) {
    if (!Accumulators.sumsFit32(layer)) {
      throw node.error("can have sums beyond 32 bits, which no kernel accumulates");
    }
    if (!Accumulators.requantizationFits64(layer)) {
      throw node.error("is requantized with constants so large that 64 bits can overflow");
    }
    layers.add(layer);
  }

  /** Says that the operators of a chain belong to a layer. */
  void consume(RequantizationChain chain) {
    done.addAll(chain.nodes());
  }

  /**
   * Adds what of a chain is left behind the stage that a layer took: each further stage becomes a
   * layer of its own (a pooling over single elements), and the last tensor is defined.
   *
   * @param output of the layer
   * @param dims of the output as ONNX sees it
   * @param from number of stages taken
   */
  void finish(RequantizationChain chain, Tensor output, List<Integer> dims, int from) {
    Tensor last = output;
    for (int i = from; i < chain.stages().size(); i++) {
      Stage stage = chain.stages().get(i);
      if (stage.isOnlyClip()
          && stage.min() <= last.type().min()
          && stage.max() >= last.type().max()) {
        continue;
      }
      boolean isEnd = i == chain.stages().size() - 1;
      last =
          requantized(chain.end(), last, isEnd ? chain.tensor() : chain.tensor() + "/" + i, stage);
    }
    consume(chain);
    define(chain.tensor(), Value.of(last, dims));
  }

  /**
   * Adds a layer that requantizes and nothing else: a pooling over single elements, or if channels
   * differ a depthwise convolution with weights of 1.
   *
   * @return its output, called {@code name}
   */
  Tensor requantized(Node node, Tensor input, String name, Stage stage) {
    Tensor output = new Tensor(name, input.shape(), stage.type());
    Requantization requantization = stage.requantization(node);
    String layer = "requant" + position();
    int channels = input.shape().channels();
    if (requantization.multiplier().length == 1) {
      add(node, new Pooling(layer, input, output, Pooling.Kind.AVERAGE, SINGLE, requantization));
    } else {
      byte[] ones = new byte[channels];
      Arrays.fill(ones, (byte) 1);
      add(
          node,
          new Convolution(
              layer,
              input,
              output,
              SINGLE,
              channels,
              ones,
              new int[0],
              Optional.of(requantization)));
    }
    return output;
  }

  /** The name of what stage {@code i} of {@code chain} writes. */
  static String tensorName(RequantizationChain chain, int i) {
    return i + 1 >= chain.stages().size() ? chain.tensor() : chain.tensor() + "/" + i;
  }

  private List<Tensor> inputs() {
    List<Tensor> inputs = new ArrayList<>();
    graph.inputs().forEach((name, dims) -> inputs.add(input(name, dims)));
    if (inputs.stream().mapToLong(input -> input.shape().elements()).sum() > Value.MOST_ELEMENTS) {
      throw new ModelException("the network's inputs have too many elements together");
    }
    return inputs;
  }

  private Tensor input(String name, List<Integer> dims) {
    String what = "input " + Text.quoted(name) + " of dimensions " + dims;
    if (dims.isEmpty() || dims.size() > 4 || (dims.size() > 1 && dims.get(0) != 1)) {
      throw new ModelException(
          what + "; supported: [1, C, H, W], [1, C, L] and [1, N], one picture at a time");
    }
    long elements = 1;
    for (int dim : dims) {
      elements *= dim;
      if (elements > Value.MOST_ELEMENTS) {
        throw new ModelException(what + " has too many elements");
      }
    }
    Shape shape =
        switch (dims.size()) {
          case 4 -> new Shape(dims.get(2), dims.get(3), dims.get(1));
          case 3 -> new Shape(1, dims.get(2), dims.get(1));
          default -> new Shape(1, 1, (int) elements);
        };
    Tensor tensor = new Tensor(name, shape, ElementType.UINT8);
    define(name, Value.of(tensor, dims));
    return tensor;
  }

  private void requireEveryInput(List<Tensor> inputs) {
    for (Tensor input : inputs) {
      if (layers.stream().noneMatch(layer -> layer.inputs().contains(input))) {
        throw new ModelException(
            "input " + Text.quoted(input.name()) + " is read by no layer; take it out of the file");
      }
    }
  }

  private List<Tensor> outputs() {
    Set<Tensor> outputs = new LinkedHashSet<>();
    for (String name : graph.outputs()) {
      Value value = values.get(name);
      String what = "network output " + Text.quoted(name);
      if (value == null) {
        throw new ModelException(what + " is written by no supported operator");
      }
      if (value.kind() == Value.Kind.SHAPE) {
        throw new ModelException(what + " is a shape; supported: activations");
      }
      if (value.isPadded() || value.scale() != 1) {
        throw new ModelException(what + " is padded or scaled behind the last layer");
      }
      outputs.addAll(behind(name));
    }
    return List.copyOf(outputs);
  }

  private static ModelException unsupported(Node node, Frontend frontend) {
    String reason =
        switch (node.operator()) {
          case "Relu", "LeakyRelu", "PRelu", "HardSwish", "Sub", "Pow", "Sqrt" ->
              "a float operator: quantize the network, its activations become Mul, Div, Clip";
          case "BatchNormalization" ->
              "fold it into Mul and Add (the exporter's integer stage does)";
          case "QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul" ->
              "a QDQ/QOperator network: export it with NEMO or Quantlab";
          default -> "no rule for this operator";
        };
    return node.error(
        "is not supported ("
            + reason
            + "); supported in "
            + frontend.name()
            + " networks: "
            + String.join(", ", new TreeSet<>(frontend.rules().keySet())));
  }
}
