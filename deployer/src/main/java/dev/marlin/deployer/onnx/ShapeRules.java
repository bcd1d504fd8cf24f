package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Operators that compute nothing on GAP8: padding, views of the same data, and the dropped tail.
 */
final class ShapeRules {
  private ShapeRules() {}

  /** Cast, Floor, Identity, Dropout: the same tensor. */
  static void same(Node node, Lowering lowering) {
    lowering.define(node.output(), lowering.any(node, 0));
  }

  /** Shape: the beginning of a computed Reshape. */
  static void shape(Node node, Lowering lowering) {
    lowering.define(node.output(), lowering.any(node, 0).as(Value.Kind.SHAPE));
  }

  /** Gather, Sigmoid, LogSoftmax, Softmax: behind the last layer left to the host. */
  static void tail(Node node, Lowering lowering) {
    Value value = lowering.any(node, 0);
    if (value.kind() == Value.Kind.SHAPE) {
      lowering.define(node.output(), value);
    } else {
      lowering.defineTail(node.output(), value, lowering.behind(node.input(0)));
    }
  }

  /** Pad with zeros, in space only: left to the convolution or pooling that reads it. */
  static void pad(Node node, Lowering lowering) {
    Value value = lowering.data(node, 0);
    List<Long> pads = node.integers("pads");
    double fill = node.real("value", 0);
    if (node.optionalInput(1).isPresent()) {
      pads = longs(lowering.graph().constantInput(node, 1));
    }
    if (node.optionalInput(2).isPresent()) {
      fill = lowering.graph().constantInput(node, 2).scalar();
    }
    int rank = value.dims().size();
    if (pads.size() != 2 * rank) {
      throw node.error("has pads " + pads + " for a tensor " + value.dims());
    }
    if (pads.stream().allMatch(pad -> pad == 0)) {
      lowering.define(node.output(), value);
      return;
    }
    String mode = node.text("mode", "constant");
    boolean inSpace = rank >= 3 && value.isImage();
    for (int i = 0; i < pads.size(); i++) {
      inSpace &= i % rank >= 2 || pads.get(i) == 0;
    }
    if (!mode.equals("constant") || fill != 0 || !inSpace) {
      throw node.error(
          "pads "
              + pads
              + " with "
              + Text.plain(mode)
              + " "
              + fill
              + "; supported: zeros around rows and columns");
    }
    List<Integer> folded = new ArrayList<>();
    for (int side = 0; side < 4; side++) {
      // top, left, bottom, right; a one-dimensional signal has no rows to pad
      int axis = side % 2 == 0 ? rank - 2 : rank - 1;
      long pad = rank == 3 && side % 2 == 0 ? 0 : pads.get(side / 2 * rank + axis);
      folded.add(Windows.limited(node, "pads", pad + value.padding().get(side), 0));
    }
    lowering.define(node.output(), value.withPadding(folded));
  }

  /** Flatten of everything but the batch. */
  static void flatten(Node node, Lowering lowering) {
    Value value = lowering.any(node, 0);
    long axis = node.integer("axis", 1);
    long rank = value.dims().size();
    long from = axis < 0 ? axis + rank : axis;
    if (from < 0
        || from > rank
        || value.dims().subList(0, (int) from).stream().anyMatch(d -> d > 1)) {
      throw node.error("flattens " + value.dims() + " from axis " + axis + "; supported: axis 1");
    }
    view(node, lowering, value, List.of(1, elements(value)));
  }

  /** Reshape to a vector, or to the same picture. A computed target is taken for a vector. */
  static void reshape(Node node, Lowering lowering) {
    Value value = lowering.any(node, 0);
    List<Integer> target = List.of(1, elements(value));
    Optional<Constant> constant = node.optionalInput(1).flatMap(lowering.graph()::constant);
    if (constant.isPresent()) {
      target = target(node, value, longs(constant.get()));
    } else if (node.optionalInput(1).isPresent()) {
      if (lowering.any(node, 1).kind() != Value.Kind.SHAPE) {
        throw node.error("has a shape computed from activations; supported: a constant shape");
      }
    } else if (!node.integers("shape").isEmpty()) {
      target = target(node, value, node.integers("shape"));
    }
    view(node, lowering, value, target);
  }

  static void squeeze(Node node, Lowering lowering) {
    Value value = lowering.any(node, 0);
    if (value.kind() != Value.Kind.DATA) {
      lowering.define(node.output(), value);
      return;
    }
    List<Integer> dims = value.dims();
    Set<Integer> axes = axes(node, lowering, dims.size());
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      boolean drop = axes.isEmpty() ? dims.get(i) == 1 : axes.contains(i);
      if (drop && dims.get(i) != 1) {
        throw node.error("squeezes axis " + i + " of " + dims);
      }
      if (!drop) {
        left.add(dims.get(i));
      }
    }
    view(node, lowering, value, left.isEmpty() ? List.of(1) : left);
  }

  static void unsqueeze(Node node, Lowering lowering) {
    Value value = lowering.any(node, 0);
    if (value.kind() != Value.Kind.DATA) {
      lowering.define(node.output(), value);
      return;
    }
    int rank = value.dims().size() + axesCount(node, lowering);
    Set<Integer> axes = axes(node, lowering, rank);
    List<Integer> dims = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < rank; i++) {
      boolean inserted = axes.contains(i) || next >= value.dims().size();
      dims.add(inserted ? 1 : value.dims().get(next++));
    }
    view(node, lowering, value, dims);
  }

  /** The same data under other dimensions: still the picture, or a vector of it. */
  private static void view(Node node, Lowering lowering, Value value, List<Integer> dims) {
    if (value.kind() != Value.Kind.DATA) {
      lowering.define(node.output(), value);
      return;
    }
    Value seen = value.withDims(dims);
    Shape shape = value.tensor().shape();
    boolean ones = dims.stream().filter(dim -> dim > 1).count() <= 1;
    if (!seen.isImage() && !(seen.isVector() && ones)) {
      throw node.error(
          "reshapes "
              + value.dims()
              + " to "
              + dims
              + "; supported: to a vector, or to the same "
              + shape.toChw());
    }
    if (value.isPadded() && !seen.isImage()) {
      throw node.error("flattens a padded tensor; supported: Pad before convolutions, poolings");
    }
    lowering.define(node.output(), seen);
  }

  private static int elements(Value value) {
    return value.tensor().shape().elements();
  }

  /** Resolves 0 (as before) and -1 (what is left). */
  private static List<Integer> target(Node node, Value value, List<Long> shape) {
    long elements = elements(value);
    List<Integer> target = new ArrayList<>();
    long known = 1;
    int open = -1;
    for (int i = 0; i < shape.size() && i < 8; i++) {
      long dim = shape.get(i);
      if (dim == 0 && i < value.dims().size()) {
        dim = value.dims().get(i);
      }
      if (dim == -1 && open < 0) {
        open = i;
        dim = 1;
      }
      if (dim < 1 || dim > elements) {
        throw node.error("reshapes " + value.dims() + " to " + shape);
      }
      known = Math.min(known * dim, Value.MOST_ELEMENTS + 1L);
      target.add((int) dim);
    }
    if (open >= 0 && elements % known == 0) {
      target.set(open, (int) (elements / known));
      known = elements;
    }
    if (known != elements || shape.size() > 8) {
      throw node.error(
          "reshapes " + value.dims() + " to " + shape + ", another number of elements");
    }
    return target;
  }

  private static List<Long> longs(Constant constant) {
    if (constant.count() > 16) {
      throw constant.error("has " + constant.count() + " elements; expected a shape");
    }
    List<Long> values = new ArrayList<>();
    for (long value : constant.integers()) {
      values.add(value);
    }
    return values;
  }

  private static int axesCount(Node node, Lowering lowering) {
    return axesOf(node, lowering).size();
  }

  private static Set<Integer> axes(Node node, Lowering lowering, int rank) {
    Set<Integer> axes = new HashSet<>();
    for (long axis : axesOf(node, lowering)) {
      long from = axis < 0 ? axis + rank : axis;
      if (from < 0 || from >= rank) {
        throw node.error("names axis " + axis + " of " + rank);
      }
      axes.add((int) from);
    }
    return axes;
  }

  /** An attribute up to opset 12, an input from opset 13. */
  private static List<Long> axesOf(Node node, Lowering lowering) {
    Optional<AttributeProto> attribute = node.attribute("axes");
    List<Long> axes =
        attribute.isPresent() || node.optionalInput(1).isEmpty()
            ? node.integers("axes")
            : longs(lowering.graph().constantInput(node, 1));
    if (axes.size() > 8) {
      throw node.error("has " + axes.size() + " axes");
    }
    return axes;
  }
}
