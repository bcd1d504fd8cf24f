package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import java.util.List;

/**
 * What an ONNX tensor means to the network that is being built.
 *
 * @param kind what it may be used for
 * @param tensor the activation behind it
 * @param dims as ONNX sees it, batch first: [1, C, H, W], [1, C, L] or [1, N]
 * @param padding zeros still to be put around it: top, left, bottom, right
 * @param scale factor still to be multiplied with it
 */
record Value(Kind kind, Tensor tensor, List<Integer> dims, List<Integer> padding, long scale) {

  /** Elements of the largest tensor that is accepted: more than GAP8's memories hold together. */
  static final int MOST_ELEMENTS = 1 << 24;

  private static final List<Integer> UNPADDED = List.of(0, 0, 0, 0);

  enum Kind {
    /** Activations that layers may read. */
    DATA,
    /** Made of the network's output by operators that are dropped: no layer may read it. */
    TAIL,
    /** A shape, or computed from one: only a Reshape may read it. */
    SHAPE
  }

  /** A tensor as its layer wrote it. */
  static Value of(Tensor tensor, List<Integer> dims) {
    return new Value(Kind.DATA, tensor, List.copyOf(dims), UNPADDED, 1);
  }

  Value as(Kind other) {
    return new Value(other, tensor, dims, padding, scale);
  }

  Value withDims(List<Integer> other) {
    return new Value(kind, tensor, List.copyOf(other), padding, scale);
  }

  Value withPadding(List<Integer> other) {
    return new Value(kind, tensor, dims, List.copyOf(other), scale);
  }

  Value withScale(long other) {
    return new Value(kind, tensor, dims, padding, other);
  }

  boolean isPadded() {
    return !padding.equals(UNPADDED);
  }

  /** Whether {@code dims} still are the channels, rows and columns of the tensor. */
  boolean isImage() {
    return isImage(dims, tensor.shape());
  }

  /** Whether {@code dims} are the channels, rows and columns of {@code shape}. */
  static boolean isImage(List<Integer> dims, Shape shape) {
    return switch (dims.size()) {
      case 1 -> shape.equals(new Shape(1, 1, dims.get(0)));
      case 2 -> dims.get(0) == 1 && shape.equals(new Shape(1, 1, dims.get(1)));
      case 3 -> dims.get(0) == 1 && shape.equals(new Shape(1, dims.get(2), dims.get(1)));
      case 4 -> dims.get(0) == 1 && shape.equals(new Shape(dims.get(2), dims.get(3), dims.get(1)));
      default -> false;
    };
  }

  /** Whether this is a vector of all elements, in the order channels, rows, columns. */
  boolean isVector() {
    int last = dims.isEmpty() ? 0 : dims.get(dims.size() - 1);
    return last == tensor.shape().elements();
  }
}
