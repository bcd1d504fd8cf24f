package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One operator of an ONNX graph: what it reads and writes by name, and its attributes. */
final class Node {
  private final String operator;
  private final String name;
  private final List<String> inputs;
  private final List<String> outputs;
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  Node(NodeProto proto) {
    operator = proto.getOpType();
    name = proto.getName();
    inputs = List.copyOf(proto.getInputList());
    outputs = List.copyOf(proto.getOutputList());
    proto.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  String operator() {
    return operator;
  }

  List<String> inputs() {
    return inputs;
  }

  List<String> outputs() {
    return outputs;
  }

  /** The one tensor that it writes. */
  String output() {
    if (outputs.isEmpty()) {
      throw error("writes no tensor");
    }
    return outputs.get(0);
  }

  /** Input {@code i}. */
  String input(int i) {
    return optionalInput(i)
        .orElseThrow(() -> error("has " + inputs.size() + " inputs, needs " + (i + 1)));
  }

  /** Input {@code i} if the node has it. */
  Optional<String> optionalInput(int i) {
    return i < inputs.size() && !inputs.get(i).isEmpty()
        ? Optional.of(inputs.get(i))
        : Optional.empty();
  }

  Optional<AttributeProto> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  long integer(String key, long otherwise) {
    AttributeProto attribute = attributes.get(key);
    return attribute == null ? otherwise : attribute.getI();
  }

  float real(String key, float otherwise) {
    AttributeProto attribute = attributes.get(key);
    return attribute == null ? otherwise : attribute.getF();
  }

  String text(String key, String otherwise) {
    AttributeProto attribute = attributes.get(key);
    return attribute == null ? otherwise : attribute.getS().toStringUtf8();
  }

  /** The integers of an attribute, none if it is absent. */
  List<Long> integers(String key) {
    AttributeProto attribute = attributes.get(key);
    return attribute == null ? List.of() : attribute.getIntsList();
  }

  /** For messages: operator, name, and the tensor by which a viewer finds it. */
  String describe() {
    String where = outputs.isEmpty() ? "" : "output " + Text.quoted(outputs.get(0));
    return Text.plain(operator)
        + " node "
        + (name.isEmpty() ? "with " + where : Text.quoted(name) + " (" + where + ")");
  }

  ModelException error(String what) {
    return new ModelException(describe() + " " + what);
  }

  @Override
  public String toString() {
    return describe();
  }
}
