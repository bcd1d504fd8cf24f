package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Concatenation;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Concat: of the channels of activations, of shapes, or of what is left to the host behind the last
 * layers.
 *
 * <p>Factors of the operands are applied with the division behind the Concat, each to its own
 * operand, before the channels are joined; without factors the chain behind requantizes the whole.
 */
final class ConcatenationRule {
  private ConcatenationRule() {}

  static void apply(Node node, Lowering lowering) {
    List<Value> values = new ArrayList<>();
    Set<Value.Kind> kinds = new LinkedHashSet<>();
    Set<Tensor> behind = new LinkedHashSet<>();
    boolean constants = false;
    boolean raw = true;
    for (int i = 0; i < node.inputs().size(); i++) {
      if (lowering.graph().constant(node.input(i)).isPresent()) {
        constants = true;
        continue;
      }
      Value value = lowering.any(node, i);
      values.add(value);
      kinds.add(value.kind());
      behind.addAll(lowering.behind(node.input(i)));
      raw &= value.kind() == Value.Kind.TAIL || value.tensor().type() == ElementType.INT32;
    }
    if (values.isEmpty()) {
      throw node.error("joins constants alone; fold them when exporting");
    }
    if (kinds.equals(Set.of(Value.Kind.SHAPE))) {
      lowering.define(node.output(), values.get(0));
    } else if (raw && !kinds.contains(Value.Kind.SHAPE)) {
      lowering.defineTail(node.output(), values.get(0), behind);
    } else if (constants || kinds.size() > 1) {
      throw node.error(
          "joins activations with "
              + (constants ? "constants" : "shapes or what is left to the host")
              + "; supported: Concat of activations, of shapes, or behind the last layers");
    } else {
      join(node, lowering, values);
    }
  }

  private static void join(Node node, Lowering lowering, List<Value> values) {
    List<Integer> dims = joinedDims(node, values);
    boolean factors = values.stream().anyMatch(value -> value.scale() != 1);
    RequantizationChain chain = RequantizationChain.behind(lowering.graph(), node, dims, true);
    if (factors && chain.stages().isEmpty()) {
      throw node.error(
          "joins tensors that are multiplied, with no division behind it; supported: Mul by one"
              + " value before, Div behind");
    }
    List<Tensor> operands = new ArrayList<>();
    int channel = 0;
    for (Value value : values) {
      lowering.requireActivation(node, value);
      Tensor operand = value.tensor();
      int channels = operand.shape().channels();
      if (factors) {
        operand = scaled(lowering, chain, value, channel);
      }
      operands.add(operand);
      channel += channels;
    }
    Tensor joined = operands.get(0);
    for (int i = 1; i < operands.size(); i++) {
      Tensor next = operands.get(i);
      if (next.type() != joined.type()) {
        throw node.error(
            "joins "
                + joined.type()
                + " and "
                + next.type()
                + "; supported: activations of one type, requantize one of them");
      }
      boolean last = i == operands.size() - 1;
      String name =
          !last
              ? node.output() + "/joined" + i
              : factors ? Lowering.tensorName(chain, 0) : node.output();
      Shape shape = joined.shape();
      Tensor output =
          new Tensor(
              name,
              Windows.shape(
                  node,
                  shape.height(),
                  shape.width(),
                  (long) shape.channels() + next.shape().channels()),
              joined.type());
      lowering.add(node, new Concatenation("concat" + lowering.position(), joined, next, output));
      joined = output;
    }
    lowering.finish(chain, joined, dims, factors ? 1 : 0);
  }

  /**
   * An operand behind its factor and the first stage of the chain, of which it has its channels.
   */
  private static Tensor scaled(
      Lowering lowering, RequantizationChain chain, Value value, int firstChannel) {
    Stage stage;
    try {
      stage =
          chain
              .stages()
              .get(0)
              .ofChannels(firstChannel, value.tensor().shape().channels())
              .scaledBefore(value.scale());
    } catch (ArithmeticException overflow) {
      throw Stage.overflow(chain.end());
    }
    return lowering.requantized(
        chain.end(), value.tensor(), chain.tensor() + "/operand" + firstChannel, stage);
  }

  private static List<Integer> joinedDims(Node node, List<Value> values) {
    List<Integer> first = values.get(0).dims();
    int rank = first.size();
    long axis = node.integer("axis", 1);
    axis = axis < 0 ? axis + rank : axis;
    long channels = 0;
    for (Value value : values) {
      List<Integer> dims = value.dims();
      boolean fits = dims.size() == rank && rank >= 2 && axis == 1 && value.isImage();
      for (int i = 2; fits && i < rank; i++) {
        fits = dims.get(i).equals(first.get(i));
      }
      if (!fits || value.isPadded()) {
        throw node.error(
            "joins "
                + values.stream().map(Value::dims).toList()
                + " along axis "
                + node.integer("axis", 1)
                + "; supported: channels (axis 1) of pictures of one height and width, or of"
                + " vectors that are no flattened pictures");
      }
      channels += dims.get(1);
    }
    if (channels > Value.MOST_ELEMENTS) {
      throw node.error("writes " + channels + " channels: too many");
    }
    List<Integer> dims = new ArrayList<>(first);
    dims.set(1, (int) channels);
    return List.copyOf(dims);
  }
}
