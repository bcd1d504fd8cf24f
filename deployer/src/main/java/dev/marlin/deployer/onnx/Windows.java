package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads kernel, strides, dilations and padding of convolutions and poolings, in one or two
 * dimensions, and folds the padding of Pad nodes in front.
 */
final class Windows {
  /** Beyond it no product of two attributes fits 32 bits; far above what GAP8 can hold. */
  private static final int LARGEST = 16383;

  private Windows() {}

  /**
   * The window of {@code node} over {@code input}.
   *
   * @param kernel rows and columns, or columns alone of a one-dimensional signal
   */
  static Window of(Node node, Value input, List<Integer> kernel) {
    List<Integer> size = pair(node, kernel, 1);
    List<Integer> strides = pair(node, attribute(node, "strides", kernel.size(), 1), 1);
    List<Integer> dilations = pair(node, attribute(node, "dilations", kernel.size(), 1), 1);
    List<Integer> own = padding(node, input, kernel.size(), size, strides, dilations);
    List<Integer> folded = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      folded.add(limited(node, "pads", own.get(i) + (long) input.padding().get(i), 0));
    }
    return new Window(
        size.get(0),
        size.get(1),
        strides.get(0),
        strides.get(1),
        dilations.get(0),
        dilations.get(1),
        folded.get(0),
        folded.get(1),
        folded.get(2),
        folded.get(3));
  }

  /** The shape of the output, checked: at least one element, and not too many. */
  static Shape output(Node node, Window window, Shape input, int channels) {
    int height = input.height() + window.padTop() + window.padBottom();
    int width = input.width() + window.padLeft() + window.padRight();
    int windowHeight = window.dilationHeight() * (window.kernelHeight() - 1) + 1;
    int windowWidth = window.dilationWidth() * (window.kernelWidth() - 1) + 1;
    if (windowHeight > height || windowWidth > width) {
      throw node.error(
          "has a window of "
              + windowHeight
              + "x"
              + windowWidth
              + ", larger than its padded input of "
              + height
              + "x"
              + width);
    }
    long rows = (height - windowHeight) / window.strideHeight() + 1L;
    long columns = (width - windowWidth) / window.strideWidth() + 1L;
    return shape(node, rows, columns, channels);
  }

  /** A shape of a bearable size. */
  static Shape shape(Node node, long rows, long columns, long channels) {
    if (Math.max(rows, Math.max(columns, channels)) > Value.MOST_ELEMENTS
        || rows * columns > Value.MOST_ELEMENTS
        || rows * columns * channels > Value.MOST_ELEMENTS) {
      throw node.error(
          "writes " + rows + "x" + columns + "x" + channels + " elements (HWC): too many");
    }
    return new Shape((int) rows, (int) columns, (int) channels);
  }

  /** An attribute with one value for each spatial dimension. */
  static List<Integer> attribute(Node node, String key, int rank, int otherwise) {
    List<Long> values = node.integers(key);
    if (values.isEmpty()) {
      List<Integer> defaults = new ArrayList<>();
      for (int i = 0; i < rank; i++) {
        defaults.add(otherwise);
      }
      return defaults;
    }
    if (values.size() != rank) {
      throw node.error("has " + key + " " + values + "; expected " + rank + " values");
    }
    List<Integer> checked = new ArrayList<>();
    values.forEach(value -> checked.add(limited(node, key, value, 1)));
    return checked;
  }

  static int limited(Node node, String key, long value, int least) {
    if (value < least || value > LARGEST) {
      throw node.error("has " + key + " " + value + "; supported: " + least + ".." + LARGEST);
    }
    return (int) value;
  }

  /** Rows and columns; a one-dimensional signal has one row. */
  private static List<Integer> pair(Node node, List<Integer> values, int row) {
    return switch (values.size()) {
      case 1 -> List.of(row, values.get(0));
      case 2 -> values;
      default ->
          throw node.error("has " + values.size() + " spatial dimensions; supported: 1 and 2");
    };
  }

  /** Top, left, bottom, right. */
  private static List<Integer> padding(
      Node node,
      Value input,
      int rank,
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> dilations) {
    String automatic = node.text("auto_pad", "NOTSET");
    return switch (automatic) {
      case "NOTSET", "" -> explicit(node, rank);
      case "VALID" -> List.of(0, 0, 0, 0);
      // The odd one goes to the end (upper) or to the beginning (lower).
      case "SAME_UPPER" -> same(input, kernel, strides, dilations, 0);
      case "SAME_LOWER" -> same(input, kernel, strides, dilations, 1);
      default -> throw node.error("has auto_pad " + Text.quoted(automatic));
    };
  }

  private static List<Integer> explicit(Node node, int rank) {
    List<Long> pads = node.integers("pads");
    if (pads.isEmpty()) {
      return List.of(0, 0, 0, 0);
    }
    if (pads.size() != 2 * rank) {
      throw node.error("has pads " + pads + "; expected " + 2 * rank + " values");
    }
    List<Integer> checked = new ArrayList<>();
    pads.forEach(pad -> checked.add(limited(node, "pads", pad, 0)));
    return rank == 1 ? List.of(0, checked.get(0), 0, checked.get(1)) : checked;
  }

  private static List<Integer> same(
      Value input,
      List<Integer> kernel,
      List<Integer> strides,
      List<Integer> dilations,
      int oddFirst) {
    Shape shape = input.tensor().shape();
    List<Integer> at = input.padding();
    int height = shape.height() + at.get(0) + at.get(2);
    int width = shape.width() + at.get(1) + at.get(3);
    int rows = same(height, kernel.get(0), strides.get(0), dilations.get(0));
    int columns = same(width, kernel.get(1), strides.get(1), dilations.get(1));
    int top = (rows + oddFirst) / 2;
    int left = (columns + oddFirst) / 2;
    return List.of(top, left, rows - top, columns - left);
  }

  private static int same(int size, int kernel, int stride, int dilation) {
    int outputs = (size + stride - 1) / stride;
    return Math.max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size);
  }
}
