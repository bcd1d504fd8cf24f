package dev.marlin.deployer.onnx;

import dev.marlin.deployer.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operators behind a layer that bring its sums back to 8 bits: batch normalization, scaling,
 * division, rounding and clip, in any order that whole numbers allow.
 *
 * <p>The chain follows the only consumer of each tensor over Mul, Add and Div with a constant,
 * Clip, Cast, Floor and Identity. It is cut into {@link Stage}s at roundings that another scaling
 * follows. What comes behind the last division or clip (for example the factor of a residual
 * addition) does not belong to it.
 *
 * @param bias added to the sums where nothing else follows, or empty
 * @param stages in the order in which they apply
 * @param nodes the operators of the chain
 * @param tensor what the chain ends with
 * @param end the operator that writes it, or the layer's own
 */
record RequantizationChain(
    Optional<Constant> bias, List<Stage> stages, List<Node> nodes, String tensor, Node end) {

  /**
   * Reads the chain behind a tensor.
   *
   * @param anchor writes the tensor that the chain starts with
   * @param dims of that tensor as ONNX sees it
   * @param whole false if the tensor has fractions, as an average does
   */
  static RequantizationChain behind(Graph graph, Node anchor, List<Integer> dims, boolean whole) {
    return new Reader(graph, anchor, dims, whole).read();
  }

  /**
   * Reads the chain that starts with an operator itself.
   *
   * @param first a Mul, Add or Div with a constant, or a Clip, on whole numbers
   * @param dims of the tensor that it reads and writes
   */
  static RequantizationChain from(Graph graph, Node first, List<Integer> dims) {
    Reader reader = new Reader(graph, first, dims, true);
    reader.step(first);
    return reader.read();
  }

  private static final class Reader {
    private final Graph graph;
    private final List<Integer> dims;
    private final Node anchor;

    private final List<Stage> finished = new ArrayList<>();
    private Stage stage = Stage.identity();
    private Optional<Constant> bias = Optional.empty();
    private boolean scaled;
    private boolean complete;
    private boolean fraction;
    private boolean rounded;
    private boolean integerType;
    private boolean clipped;

    private final List<Node> passed = new ArrayList<>();
    private RequantizationChain best;

    Reader(Graph graph, Node anchor, List<Integer> dims, boolean whole) {
      this.graph = graph;
      this.anchor = anchor;
      this.dims = dims;
      fraction = !whole;
      best =
          new RequantizationChain(Optional.empty(), List.of(), List.of(), anchor.output(), anchor);
    }

    RequantizationChain read() {
      String tensor = anchor.output();
      while (!graph.isOutput(tensor) && graph.consumers(tensor).size() == 1) {
        Node node = graph.consumers(tensor).get(0);
        if (!step(node)) {
          break;
        }
        tensor = node.output();
      }
      return best;
    }

    private boolean step(Node node) {
      try {
        if (!take(node)) {
          return false;
        }
      } catch (ArithmeticException overflow) {
        throw Stage.overflow(node);
      }
      passed.add(node);
      boolean onlyBias = bias.isPresent() && !scaled && finished.isEmpty();
      if (complete || onlyBias) {
        List<Stage> stages = new ArrayList<>(finished);
        if (!onlyBias) {
          stages.add(stage);
        }
        Optional<Constant> addend = onlyBias ? bias : Optional.empty();
        best =
            new RequantizationChain(
                addend, merged(stages), List.copyOf(passed), node.output(), node);
      }
      return true;
    }

    /** Applies one operator, or says that it does not belong to the chain. */
    private boolean take(Node node) {
      return switch (node.operator()) {
        case "Identity", "Dropout" -> true;
        case "Floor" -> {
          round();
          yield true;
        }
        case "Cast" -> {
          long type = node.integer("to", TensorProto.DataType.FLOAT_VALUE);
          integerType =
              type == TensorProto.DataType.INT64_VALUE || type == TensorProto.DataType.INT32_VALUE;
          if (integerType) {
            round();
          }
          yield true;
        }
        case "Clip" -> {
          clip(node);
          yield true;
        }
        case "Mul", "Add", "Div" ->
            graph.constantOperand(node).map(c -> arithmetic(node, c)).orElse(false);
        default -> false;
      };
    }

    private boolean arithmetic(Node node, Constant constant) {
      if (node.operator().equals("Div")) {
        if (graph.dataOperand(node) != 0) {
          throw node.error("divides a constant by an activation; supported: by a constant");
        }
        long divisor = constant.scalar();
        if (divisor < 1) {
          throw node.error("divides by " + divisor + "; supported: 1 or more");
        }
        if (clipped) {
          next();
        }
        stage = stage.dividedBy(divisor);
        scaled = true;
        complete = true;
        fraction = true;
        if (integerType) {
          round();
        }
        return true;
      }
      if (rounded || clipped) {
        next();
      }
      complete = false;
      long[] operand = perChannel(node, constant);
      if (node.operator().equals("Mul")) {
        stage = stage.times(operand);
        scaled = true;
      } else {
        if (!scaled && finished.isEmpty() && bias.isEmpty()) {
          bias = Optional.of(constant);
        } else {
          scaled = true;
        }
        stage = stage.plus(operand);
      }
      return true;
    }

    private void round() {
      if (fraction) {
        fraction = false;
        rounded = true;
        complete = true;
      }
    }

    private void clip(Node node) {
      double low = bound(node, "min", 1, Double.NEGATIVE_INFINITY);
      double high = bound(node, "max", 2, Double.POSITIVE_INFINITY);
      if (!(low <= high)) {
        throw node.error("clips to " + low + ".." + high);
      }
      // Casts to long saturate: no bound becomes the bound of long. Results are whole numbers.
      stage = stage.clipped((long) Math.ceil(low), (long) Math.floor(high));
      scaled = true;
      complete = true;
      fraction = false;
      rounded = true;
      clipped = true;
    }

    /** An attribute up to opset 10, an input from opset 11. */
    private double bound(Node node, String key, int input, double otherwise) {
      if (node.attribute(key).isPresent()) {
        return node.real(key, 0);
      }
      if (node.optionalInput(input).isEmpty()) {
        return otherwise;
      }
      Constant constant = graph.constantInput(node, input);
      if (constant.count() != 1) {
        throw node.error("has " + constant.count() + " values as its " + key);
      }
      return constant.real(0);
    }

    private void next() {
      finished.add(stage);
      stage = Stage.identity();
      complete = false;
      rounded = false;
      clipped = false;
    }

    /** The constant's values: one, or one for each channel if it varies along that axis only. */
    private long[] perChannel(Node node, Constant constant) {
      if (constant.count() == 1) {
        return constant.integers();
      }
      List<Long> shape = constant.dims();
      int axis = dims.size() < 2 ? 0 : 1;
      int shift = dims.size() - shape.size();
      boolean fits = shift >= 0;
      for (int i = 0; fits && i < shape.size(); i++) {
        fits = shape.get(i) == (i + shift == axis ? dims.get(axis) : 1);
      }
      if (!fits) {
        throw node.error(
            "combines a tensor "
                + dims
                + " with a constant "
                + shape
                + "; supported: one value, or one for each channel");
      }
      return constant.integers();
    }

    /** Stages that only clip become part of the stage before. */
    private static List<Stage> merged(List<Stage> stages) {
      List<Stage> merged = new ArrayList<>();
      for (Stage next : stages) {
        if (!merged.isEmpty() && next.isOnlyClip()) {
          int last = merged.size() - 1;
          merged.set(last, merged.get(last).clipped(next.min(), next.max()));
        } else {
          merged.add(next);
        }
      }
      return List.copyOf(merged);
    }
  }
}
