package dev.marlin.deployer.onnx;

import com.google.protobuf.ByteString;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.GraphProto;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.onnx.proto.NodeProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import dev.marlin.deployer.reference.SplitMix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * ONNX graphs as tests write them, one line each:
 *
 * <pre>
 * input x 1,4,8,8
 * random w 6,4,3,3 -20 20          initializer with seeded whole numbers
 * float k 1,6,1,1 = 3,5,7,9,11,2   initializer; also: double, int32, int64, and typed instead of raw
 * constant m int64 - = 5           Constant node; "-" for a scalar's dimensions
 * y = Conv x w pads=1,1,1,1 group=1
 * output y
 * </pre>
 */
final class OnnxText {
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final SplitMix random = new SplitMix(7);

  private OnnxText() {}

  static ModelProto model(String text) {
    OnnxText parser = new OnnxText();
    text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(parser::line);
    return ModelProto.newBuilder().setIrVersion(6).setGraph(parser.graph).build();
  }

  private void line(String line) {
    String[] words = line.split("\\s+", -1);
    switch (words[0]) {
      case "input" -> graph.addInput(Protos.info(words[1], dims(words[2])));
      case "output" -> graph.addOutput(Protos.info(words[1], List.of()));
      case "random" -> graph.addInitializer(random(words));
      case "float", "double", "int32", "int64" ->
          graph.addInitializer(
              tensor(words[0], words[2], words[4], !words[words.length - 1].equals("typed"))
                  .setName(words[1]));
      case "constant" ->
          graph.addNode(
              NodeProto.newBuilder()
                  .setOpType("Constant")
                  .addOutput(words[1])
                  .addAttribute(
                      AttributeProto.newBuilder()
                          .setName("value")
                          .setT(tensor(words[2], words[3], words[5], true))));
      default -> node(words);
    }
  }

  private void node(String[] words) {
    NodeProto.Builder node =
        NodeProto.newBuilder().setOpType(words[2]).setName("n_" + words[0]).addOutput(words[0]);
    for (String word : Arrays.asList(words).subList(3, words.length)) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        node.addInput(word);
      } else {
        node.addAttribute(attribute(word.substring(0, equals), word.substring(equals + 1)));
      }
    }
    graph.addNode(node);
  }

  private static AttributeProto.Builder attribute(String name, String value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    boolean many = List.of("pads", "strides", "dilations", "kernel_shape", "axes").contains(name);
    if (many) {
      return attribute.addAllInts(dims(value).stream().map(Integer::longValue).toList());
    }
    if (List.of("mode", "auto_pad").contains(name)) {
      return attribute.setS(ByteString.copyFromUtf8(value));
    }
    return value.contains(".")
        ? attribute.setF(Float.parseFloat(value))
        : attribute.setI(Long.parseLong(value));
  }

  private TensorProto.Builder random(String[] words) {
    List<Integer> dims = dims(words[2]);
    int count = dims.stream().reduce(1, (a, b) -> a * b);
    ByteBuffer raw = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      raw.putFloat(random.nextInt(Integer.parseInt(words[3]), Integer.parseInt(words[4])));
    }
    return TensorProto.newBuilder()
        .setName(words[1])
        .addAllDims(dims.stream().map(Integer::longValue).toList())
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .setRawData(ByteString.copyFrom(raw.rewind()));
  }

  private static TensorProto.Builder tensor(
      String type, String shape, String values, boolean isRaw) {
    List<Long> numbers = Arrays.stream(values.split(",", -1)).map(Long::parseLong).toList();
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .addAllDims(dims(shape).stream().map(Integer::longValue).toList())
            .setDataType(TensorProto.DataType.valueOf(type.toUpperCase(Locale.ROOT)).getNumber());
    ByteBuffer raw = ByteBuffer.allocate(8 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (long number : numbers) {
      switch (type) {
        case "float" -> {
          raw.putFloat((float) number);
          tensor.addFloatData((float) number);
        }
        case "double" -> {
          raw.putDouble((double) number);
          tensor.addDoubleData((double) number);
        }
        case "int32" -> {
          raw.putInt((int) number);
          tensor.addInt32Data((int) number);
        }
        default -> {
          raw.putLong(number);
          tensor.addInt64Data(number);
        }
      }
    }
    if (isRaw) {
      tensor.clearFloatData().clearDoubleData().clearInt32Data().clearInt64Data();
      tensor.setRawData(ByteString.copyFrom(raw.flip()));
    }
    return tensor;
  }

  private static List<Integer> dims(String text) {
    List<Integer> dims = new ArrayList<>();
    if (!text.equals("-")) {
      for (String dim : text.split(",", -1)) {
        dims.add(Integer.parseInt(dim));
      }
    }
    return dims;
  }
}
