package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Networks as Quantlab exports them once integerized. Requantizations are {@code Mul(mul) Add(add)
 * Div(2^n) Floor Clip}, rounding being part of {@code add}; they read as NEMO's do. What differs is
 * the residual addition: one Add that carries the requantization of both operands and of the sum in
 * its attributes.
 */
final class QuantlabFrontend implements Frontend {
  private final Map<String, Rule> rules;

  QuantlabFrontend() {
    rules = new HashMap<>(new NemoFrontend().rules());
    rules.put("Add", QuantlabFrontend::add);
  }

  @Override
  public String name() {
    return "Quantlab";
  }

  /** By the attributes that Quantlab alone writes. */
  @Override
  public boolean recognizes(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.attribute("in1_mul").isPresent()
                    || node.attribute("weight_bits").isPresent()
                    || node.attribute("mult_bits").isPresent());
  }

  @Override
  public Map<String, Rule> rules() {
    return rules;
  }

  private static void add(Node node, Lowering lowering) {
    if (node.attribute("in1_mul").isEmpty()) {
      ArithmeticRules.add(node, lowering);
      return;
    }
    Value first = lowering.operand(node, 0);
    Value second = lowering.operand(node, 1);
    ArithmeticRules.requireSameShape(node, first, second);
    boolean signed = node.integer("out_signed", 0) != 0;
    Tensor output =
        new Tensor(
            node.output(), first.tensor().shape(), signed ? ElementType.INT8 : ElementType.UINT8);
    lowering.add(
        node,
        new Addition(
            "add" + lowering.position(),
            first.tensor(),
            second.tensor(),
            output,
            requantization(node, "in1", first.tensor().type()),
            requantization(node, "in2", second.tensor().type()),
            requantization(node, "out", output.type())));
    lowering.define(node.output(), Value.of(output, first.dims()));
  }

  /** The attributes {@code prefix_mul}, {@code _add}, {@code _shift} and {@code _n_levels}. */
  private static Requantization requantization(Node node, String prefix, ElementType type) {
    long shift = node.integer(prefix + "_shift", 0);
    long levels = node.integer(prefix + "_n_levels", 256);
    if (shift < 0 || shift > 62 || levels < 2 || levels > 256) {
      throw node.error(
          "has " + prefix + "_shift " + shift + " and " + prefix + "_n_levels " + levels);
    }
    int min = type == ElementType.INT8 ? (int) (-levels / 2) : 0;
    long multiplier = int32(node, prefix + "_mul", 1);
    long offset = int32(node, prefix + "_add", 0);
    return new Requantization(
        new long[] {multiplier}, new long[] {offset}, 1L << shift, min, (int) (min + levels - 1));
  }

  private static long int32(Node node, String key, long otherwise) {
    long value = node.integer(key, otherwise);
    if (value != (int) value) {
      throw node.error("has " + key + " " + value + ", which does not fit 32 bits");
    }
    return value;
  }
}
