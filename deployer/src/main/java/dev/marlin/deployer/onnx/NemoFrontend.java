package dev.marlin.deployer.onnx;

import static java.util.Map.entry;

import java.util.Map;

/**
 * Networks as NEMO exports them in its integer-deployable stage, and as Marlin's own zoo writes
 * them. Behind each layer stand
 *
 * <ul>
 *   <li>batch normalization and activation: {@code Mul(kappa) Add(lambda) Cast Mul(m) Div(D) Cast
 *       Clip(0, 255)}, kappa and lambda for each channel;
 *   <li>or an activation alone: {@code Mul(m) Div(D) Clip};
 *   <li>or, behind an average: {@code Mul(K) Mul(ratio) Div(D) Floor}.
 * </ul>
 *
 * A residual addition is {@code Add(Mul(m1)(a), Mul(m2)(b)) Div(D) Floor}, perhaps with an
 * activation behind it. Operands may stand in any order, constants may be initializers or Constant
 * nodes, and zero padding may be an attribute or Pad nodes.
 */
final class NemoFrontend implements Frontend {
  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("Add", ArithmeticRules::add),
          entry("AveragePool", PoolingRules::average),
          entry("Cast", ShapeRules::same),
          entry("Clip", ArithmeticRules::elementwise),
          entry("Concat", ConcatenationRule::apply),
          entry("Conv", WeightRules::convolution),
          entry("Div", ArithmeticRules::elementwise),
          entry("Dropout", ShapeRules::same),
          entry("Flatten", ShapeRules::flatten),
          entry("Floor", ShapeRules::same),
          entry("Gather", ShapeRules::tail),
          entry("Gemm", WeightRules::gemm),
          entry("GlobalAveragePool", PoolingRules::globalAverage),
          entry("GlobalMaxPool", PoolingRules::globalMax),
          entry("Identity", ShapeRules::same),
          entry("LogSoftmax", ShapeRules::tail),
          entry("MatMul", WeightRules::matMul),
          entry("MaxPool", PoolingRules::max),
          entry("Mul", ArithmeticRules::elementwise),
          entry("Pad", ShapeRules::pad),
          entry("Reshape", ShapeRules::reshape),
          entry("Shape", ShapeRules::shape),
          entry("Sigmoid", ShapeRules::tail),
          entry("Softmax", ShapeRules::tail),
          entry("Squeeze", ShapeRules::squeeze),
          entry("Unsqueeze", ShapeRules::unsqueeze));

  @Override
  public String name() {
    return "NEMO";
  }

  /** NEMO leaves no mark of its own; this is the frontend for whatever no other claims. */
  @Override
  public boolean recognizes(Graph graph) {
    return true;
  }

  @Override
  public Map<String, Rule> rules() {
    return RULES;
  }
}
