package dev.marlin.deployer.onnx;

import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.GraphProto;
import dev.marlin.deployer.onnx.proto.NodeProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A graph being written in one of the many forms that exporters give the same network: a seed draws
 * names, number types, and whether constants are initializers or nodes.
 */
final class WrittenGraph {
  final GraphProto.Builder graph = GraphProto.newBuilder();
  final Random random;

  /** Whether everything has its plainest form: seed 0. */
  final boolean plain;

  private final long seed;
  private final List<NodeProto> nodes = new ArrayList<>();
  private final int naming;
  private int count;

  WrittenGraph(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.plain = seed == 0;
    this.naming = plain ? 0 : random.nextInt(3);
  }

  /** What has been written, with its nodes in order or in any. */
  GraphProto.Builder graph(boolean shuffled) {
    if (shuffled) {
      Collections.shuffle(nodes, new Random(seed));
    }
    return graph.addAllNode(nodes);
  }

  /** Whether the plainer one of two forms is drawn: always in the plainest. */
  boolean plainly() {
    return plain || random.nextBoolean();
  }

  /** Whether the odder one of two forms is drawn: never in the plainest. */
  boolean oddly() {
    return !plain && random.nextBoolean();
  }

  String name() {
    count++;
    return switch (naming) {
      case 0 -> String.valueOf(count);
      case 1 -> "layers." + (997 * count % 1009) + "/α β:0";
      default -> "%" + Integer.toHexString(0x5eed * count);
    };
  }

  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = name();
    nodes.add(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(plainly() ? operator + "_" + output : "")
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes))
            .build());
    return output;
  }

  /** One value: with no dimensions or one. */
  String scalar(long value) {
    boolean none = plainly();
    return constant(none ? List.of() : List.of(1), new long[] {value}, false);
  }

  String shape(long... dims) {
    return constant(List.of(dims.length), dims, TensorProto.DataType.INT64_VALUE, plainly());
  }

  String constant(List<Integer> dims, long[] values, boolean large) {
    int[] types = {
      TensorProto.DataType.FLOAT_VALUE,
      TensorProto.DataType.INT64_VALUE,
      TensorProto.DataType.DOUBLE_VALUE
    };
    // 24 bits fit a float exactly.
    boolean wide = Arrays.stream(values).anyMatch(v -> Math.abs(v) > 1 << 24);
    int type = plain ? wide ? 2 : 0 : wide ? 1 + random.nextInt(2) : random.nextInt(3);
    return constant(dims, values, types[type], large || plainly());
  }

  private String constant(List<Integer> dims, long[] values, int type, boolean initializer) {
    TensorProto.Builder tensor = Protos.tensor(dims, values, type);
    String name = name();
    if (initializer) {
      graph.addInitializer(tensor.setName(name));
    } else {
      nodes.add(
          NodeProto.newBuilder()
              .setOpType("Constant")
              .addOutput(name)
              .addAttribute(AttributeProto.newBuilder().setName("value").setT(tensor))
              .build());
    }
    return name;
  }
}
