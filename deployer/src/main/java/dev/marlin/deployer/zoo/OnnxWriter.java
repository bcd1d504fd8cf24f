package dev.marlin.deployer.zoo;

import com.google.protobuf.ByteString;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.GraphProto;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.onnx.proto.NodeProto;
import dev.marlin.deployer.onnx.proto.OperatorSetIdProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import dev.marlin.deployer.onnx.proto.TensorShapeProto;
import dev.marlin.deployer.onnx.proto.TypeProto;
import dev.marlin.deployer.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an ONNX graph node by node (opset 9, IR 6, as PyTorch wrote NEMO's exports): weights are
 * float32 initializers, tensors are numbered in the order in which they are written.
 */
final class OnnxWriter {
  private static final int IR_VERSION = 6;
  private static final int OPSET = 9;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private int tensors;

  OnnxWriter(String name) {
    graph.setName(name);
  }

  /** The network's input; batch first. */
  String input(List<Integer> dims) {
    String name = next();
    graph.addInput(info(name, dims));
    return name;
  }

  /** Says that a tensor is an output of the network. */
  void output(String name, List<Integer> dims) {
    graph.addOutput(info(name, dims));
  }

  /** A node with one output. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String name = next();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(operator + "_" + name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
    return name;
  }

  /** A float32 initializer of whole numbers. */
  String floats(String name, List<Integer> dims, long[] values) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      if ((long) (float) value != value) {
        throw new IllegalArgumentException(name + ": " + value + " is no float32");
      }
      raw.putFloat((float) value);
    }
    graph.addInitializer(tensor(name, dims, TensorProto.DataType.FLOAT, raw));
    return name;
  }

  /** A Constant node with one float32. */
  String floatConstant(long value) {
    ByteBuffer raw = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    raw.putFloat(0, (float) value);
    return constant(tensor("", List.of(), TensorProto.DataType.FLOAT, raw));
  }

  /** A Constant node with one int64. */
  String integerConstant(long value) {
    ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    raw.putLong(0, value);
    return constant(tensor("", List.of(), TensorProto.DataType.INT64, raw));
  }

  /** The file. */
  byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("marlin")
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .build()
        .toByteArray();
  }

  static AttributeProto integers(String name, int... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (int value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  private String constant(TensorProto value) {
    return node(
        "Constant",
        List.of(),
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(value)
            .build());
  }

  private static TensorProto tensor(
      String name, List<Integer> dims, TensorProto.DataType type, ByteBuffer raw) {
    List<Long> longs = new ArrayList<>();
    dims.forEach(dim -> longs.add((long) dim));
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .addAllDims(longs)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw.rewind()));
    return name.isEmpty() ? tensor.build() : tensor.setName(name).build();
  }

  private static ValueInfoProto info(String name, List<Integer> dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    dims.forEach(dim -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim)));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }

  private String next() {
    return Integer.toString(tensors++);
  }
}
