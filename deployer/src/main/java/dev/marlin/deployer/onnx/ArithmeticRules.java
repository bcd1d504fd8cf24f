package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Tensor;

/**
 * Mul, Add, Div and Clip that belong to no layer before them: factors of a residual addition,
 * requantizations of a tensor that several layers read, and the residual addition itself.
 */
final class ArithmeticRules {
  private ArithmeticRules() {}

  /** An Add: of two activations, or of an activation and a constant. */
  static void add(Node node, Lowering lowering) {
    if (lowering.graph().constantOperand(node).isPresent()) {
      elementwise(node, lowering);
    } else {
      residual(node, lowering);
    }
  }

  /** Mul, Div, Add with a constant, or Clip. */
  static void elementwise(Node node, Lowering lowering) {
    boolean clips = node.operator().equals("Clip");
    if (!clips && lowering.graph().constantOperand(node).isEmpty()) {
      throw node.error("combines two activations; supported: Add of two, others with a constant");
    }
    int operand = clips ? 0 : lowering.graph().dataOperand(node);
    Value value = lowering.data(node, operand);
    if (node.operator().equals("Mul")
        && lowering.graph().constantOperand(node).orElseThrow().count() == 1
        && factor(node, lowering, value)) {
      return;
    }
    value = lowering.operand(node, operand);
    RequantizationChain chain = RequantizationChain.from(lowering.graph(), node, value.dims());
    if (chain.stages().isEmpty()) {
      throw node.error(
          "is not followed by a division or clip; supported: Mul, Add, Div, Clip in this order, or"
              + " Mul by one value before a residual Add");
    }
    if (chain.stages().stream().anyMatch(s -> s.multiplier().length + s.offset().length > 2)) {
      Lowering.image(node, value);
    }
    lowering.finish(chain, value.tensor(), value.dims(), 0);
  }

  /** A Mul by one value whose product goes into residual additions: kept until they come. */
  private static boolean factor(Node node, Lowering lowering, Value value) {
    RequantizationChain chain = RequantizationChain.from(lowering.graph(), node, value.dims());
    if (!chain.stages().isEmpty()) {
      return false;
    }
    lowering.requireActivation(node, value);
    long factor = lowering.graph().constantOperand(node).orElseThrow().scalar();
    long scale;
    try {
      scale = Math.multiplyExact(value.scale(), factor);
    } catch (ArithmeticException overflow) {
      throw Stage.overflow(node);
    }
    lowering.define(node.output(), value.withScale(scale));
    return true;
  }

  /** Add of two activations, each perhaps multiplied by a factor, and the division behind it. */
  private static void residual(Node node, Lowering lowering) {
    Value first = addend(node, lowering, 0);
    Value second = addend(node, lowering, 1);
    requireSameShape(node, first, second);
    RequantizationChain chain =
        RequantizationChain.behind(lowering.graph(), node, first.dims(), true);
    boolean requantizes = !chain.stages().isEmpty();
    Stage stage = requantizes ? chain.stages().get(0) : Stage.identity();
    if (stage.multiplier().length + stage.offset().length > 2) {
      throw node.error("is scaled channel by channel; supported: one multiplier for all");
    }
    Tensor output =
        new Tensor(
            requantizes ? Lowering.tensorName(chain, 0) : node.output(),
            first.tensor().shape(),
            stage.type());
    lowering.add(
        node,
        new Addition(
            "add" + lowering.position(),
            first.tensor(),
            second.tensor(),
            output,
            factor(first.scale()),
            factor(second.scale()),
            stage.requantization(requantizes ? chain.end() : node)));
    if (requantizes) {
      lowering.finish(chain, output, first.dims(), 1);
    } else {
      lowering.define(node.output(), Value.of(output, first.dims()));
    }
  }

  static void requireSameShape(Node node, Value first, Value second) {
    if (!first.dims().equals(second.dims())
        || !first.tensor().shape().equals(second.tensor().shape())) {
      throw node.error(
          "adds "
              + first.tensor().shape().toChw()
              + " and "
              + second.tensor().shape().toChw()
              + " (CHW); supported: equal shapes");
    }
  }

  private static Value addend(Node node, Lowering lowering, int i) {
    Value value = lowering.data(node, i);
    lowering.requireActivation(node, value);
    if (value.isPadded()) {
      throw node.error("adds a padded tensor; supported: Pad before convolutions and poolings");
    }
    if (value.scale() != (int) value.scale()) {
      throw node.error("has the factor " + value.scale() + ", which does not fit 32 bits");
    }
    return value;
  }

  /** Only a multiplication: nothing is divided or clipped before the sum. */
  private static Requantization factor(long scale) {
    return new Requantization(
        new long[] {scale}, new long[] {0}, 1, ElementType.INT32.min(), ElementType.INT32.max());
  }
}
