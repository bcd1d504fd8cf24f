package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.GraphProto;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.onnx.proto.NodeProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import dev.marlin.deployer.onnx.proto.TensorShapeProto.Dimension;
import dev.marlin.deployer.onnx.proto.TypeProto;
import dev.marlin.deployer.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * An ONNX graph to match patterns on: nodes in topological order, constants, and who writes and
 * reads each tensor. Names are only names: nothing is read out of them.
 */
final class Graph {
  private final Map<String, Constant> constants = new HashMap<>();
  private final Map<String, List<Node>> consumers = new HashMap<>();
  private final List<Node> nodes;
  private final Map<String, List<Integer>> inputs = new LinkedHashMap<>();
  private final Set<String> outputs;
  private final String producer;

  Graph(ModelProto model) {
    GraphProto graph = model.getGraph();
    producer = model.getProducerName();
    for (TensorProto initializer : graph.getInitializerList()) {
      constants.put(initializer.getName(), new Constant(initializer.getName(), initializer));
    }
    for (ValueInfoProto input : graph.getInputList()) {
      boolean given = !constants.containsKey(input.getName());
      if (given && inputs.put(input.getName(), dims(input)) != null) {
        throw new ModelException("input " + Text.quoted(input.getName()) + " is there twice");
      }
    }
    if (inputs.isEmpty()) {
      throw new ModelException("the network has no input");
    }
    nodes = sorted(graph.getNodeList());
    for (Node node : nodes) {
      for (String tensor : node.inputs()) {
        consumers.computeIfAbsent(tensor, key -> new ArrayList<>()).add(node);
      }
    }
    outputs = new LinkedHashSet<>();
    graph.getOutputList().forEach(output -> outputs.add(output.getName()));
    if (outputs.isEmpty()) {
      throw new ModelException("the network has no output");
    }
  }

  /** Nodes that are no constants, each behind those whose tensors it reads. */
  List<Node> nodes() {
    return nodes;
  }

  /** The inputs that are no constants, in the file's order: name to dimensions, batch first. */
  Map<String, List<Integer>> inputs() {
    return Collections.unmodifiableMap(inputs);
  }

  List<String> outputs() {
    return List.copyOf(outputs);
  }

  boolean isOutput(String tensor) {
    return outputs.contains(tensor);
  }

  /** Who wrote the file, as the file says. */
  String producer() {
    return producer;
  }

  Optional<Constant> constant(String tensor) {
    return Optional.ofNullable(constants.get(tensor));
  }

  /** The constant that {@code node} reads as input {@code i}. */
  Constant constantInput(Node node, int i) {
    String tensor = node.input(i);
    return constant(tensor)
        .orElseThrow(
            () ->
                node.error(
                    "needs a constant as input " + i + ", not the tensor " + Text.quoted(tensor)));
  }

  /** Who reads {@code tensor}; a node that reads it twice is there twice. */
  List<Node> consumers(String tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  /** The constant operand of a node with two operands of which exactly one is constant. */
  Optional<Constant> constantOperand(Node node) {
    if (node.inputs().size() != 2) {
      return Optional.empty();
    }
    Optional<Constant> first = constant(node.inputs().get(0));
    Optional<Constant> second = constant(node.inputs().get(1));
    return first.isPresent() == second.isPresent() ? Optional.empty() : first.or(() -> second);
  }

  /** The position of the operand that is no constant, of a node that has one. */
  int dataOperand(Node node) {
    return constants.containsKey(node.inputs().get(0)) ? 1 : 0;
  }

  private static List<Integer> dims(ValueInfoProto info) {
    String what = "input " + Text.quoted(info.getName());
    TypeProto type = info.getType();
    if (!type.hasTensorType() || !type.getTensorType().hasShape()) {
      throw new ModelException(what + " has no shape; export the model with fixed shapes");
    }
    List<Integer> dims = new ArrayList<>();
    for (Dimension dim : type.getTensorType().getShape().getDimList()) {
      if (!dim.hasDimValue() || dim.getDimValue() < 1) {
        throw new ModelException(
            what
                + " has the dynamic dimension "
                + (dim.hasDimParam() ? Text.quoted(dim.getDimParam()) : dim.getDimValue())
                + "; export the model with fixed shapes, batch 1");
      }
      if (dim.getDimValue() > Value.MOST_ELEMENTS) {
        throw new ModelException(what + " has a dimension of " + dim.getDimValue() + ": too large");
      }
      dims.add((int) dim.getDimValue());
    }
    return List.copyOf(dims);
  }

  /**
   * Takes constants out and puts the rest in topological order, as near to the file's as it can.
   */
  private List<Node> sorted(List<NodeProto> protos) {
    List<Node> all = new ArrayList<>();
    Map<String, Integer> writers = new HashMap<>();
    for (NodeProto proto : protos) {
      Node node = new Node(proto);
      if (node.operator().equals("Constant")) {
        define(node);
        continue;
      }
      for (String tensor : node.outputs()) {
        boolean known = inputs.containsKey(tensor) || constants.containsKey(tensor);
        if (!tensor.isEmpty() && (writers.put(tensor, all.size()) != null || known)) {
          throw node.error("writes the tensor " + Text.quoted(tensor) + ", which is written twice");
        }
      }
      all.add(node);
    }
    int[] missing = new int[all.size()];
    List<List<Integer>> followers = new ArrayList<>();
    all.forEach(node -> followers.add(new ArrayList<>()));
    for (int i = 0; i < missing.length; i++) {
      for (String tensor : all.get(i).inputs()) {
        Integer writer = writers.get(tensor);
        if (writer != null) {
          missing[i]++;
          followers.get(writer).add(i);
        } else if (!tensor.isEmpty()
            && !inputs.containsKey(tensor)
            && !constants.containsKey(tensor)) {
          throw all.get(i)
              .error(
                  "reads the tensor "
                      + Text.quoted(tensor)
                      + ", which nothing writes; an initializer is missing");
        }
      }
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<Node> sorted = new ArrayList<>();
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(all.get(next));
      for (int follower : followers.get(next)) {
        if (--missing[follower] == 0) {
          ready.add(follower);
        }
      }
    }
    if (sorted.size() < all.size()) {
      Set<Node> ordered = new HashSet<>(sorted);
      Node stuck = all.stream().filter(node -> !ordered.contains(node)).findFirst().orElseThrow();
      throw stuck.error("is part of a cycle");
    }
    return List.copyOf(sorted);
  }

  private void define(Node node) {
    Optional<AttributeProto> value = node.attribute("value").filter(AttributeProto::hasT);
    if (value.isEmpty()) {
      throw node.error("has no tensor as its 'value'");
    }
    constants.put(node.output(), new Constant(node.output(), value.get().getT()));
  }
}
