package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** MaxPool, AveragePool and their global forms, each with the requantization behind it. */
final class PoolingRules {
  private PoolingRules() {}

  static void max(Node node, Lowering lowering) {
    Value input = lowering.unscaled(node, 0);
    pool(node, lowering, input, kernel(node), Pooling.Kind.MAX);
  }

  static void average(Node node, Lowering lowering) {
    Value input = lowering.unscaled(node, 0);
    boolean padsItself = node.integers("pads").stream().anyMatch(pad -> pad != 0);
    if (padsItself && node.integer("count_include_pad", 0) == 0) {
      throw node.error(
          "averages over cropped windows at the borders (pads "
              + node.integers("pads")
              + ", count_include_pad 0); supported: count_include_pad 1, or a Pad node before it");
    }
    pool(node, lowering, input, kernel(node), Pooling.Kind.AVERAGE);
  }

  static void globalMax(Node node, Lowering lowering) {
    global(node, lowering, Pooling.Kind.MAX);
  }

  static void globalAverage(Node node, Lowering lowering) {
    global(node, lowering, Pooling.Kind.AVERAGE);
  }

  private static void global(Node node, Lowering lowering, Pooling.Kind kind) {
    Value input = lowering.operand(node, 0);
    Shape shape = Lowering.image(node, input);
    Windows.limited(node, "a window of", Math.max(shape.height(), shape.width()), 1);
    List<Integer> kernel =
        input.dims().size() == 3 ? List.of(shape.width()) : List.of(shape.height(), shape.width());
    pool(node, lowering, input, kernel, kind);
  }

  private static List<Integer> kernel(Node node) {
    int rank = node.integers("kernel_shape").size();
    if (rank == 0) {
      throw node.error("has no kernel_shape");
    }
    return Windows.attribute(node, "kernel_shape", rank, 1);
  }

  private static void pool(
      Node node, Lowering lowering, Value input, List<Integer> kernel, Pooling.Kind kind) {
    Shape in = Lowering.image(node, input);
    if (input.dims().size() != kernel.size() + 2) {
      throw node.error("has a kernel " + kernel + " for an input of " + input.dims());
    }
    Window window = withoutEmptyWindows(node, Windows.of(node, input, kernel));
    Shape out = Windows.output(node, window, in, in.channels());
    if (node.integer("ceil_mode", 0) != 0) {
      window = withRoundedUp(node, window, in, out, kind);
      out = Windows.output(node, window, in, in.channels());
    }
    List<Integer> outDims = WeightRules.outDims(input.dims().size(), out);
    boolean average = kind == Pooling.Kind.AVERAGE;
    RequantizationChain chain =
        RequantizationChain.behind(lowering.graph(), node, outDims, !average);
    boolean requantizes = !chain.stages().isEmpty();
    Stage stage = requantizes ? chain.stages().get(0) : Stage.identity();
    ElementType type = requantizes ? stage.type() : input.tensor().type();
    Stage bounded = requantizes ? stage : stage.clipped(type.min(), type.max());
    String name = requantizes ? Lowering.tensorName(chain, 0) : node.output();
    Tensor output = new Tensor(name, out, type);
    Node end = requantizes ? chain.end() : node;
    Requantization requantization =
        average
            ? ofSum(end, bounded, window.kernelHeight() * window.kernelWidth())
            : bounded.requantization(end);
    lowering.add(
        node,
        new Pooling(
            (average ? "avgpool" : "maxpool") + lowering.position(),
            input.tensor(),
            output,
            kind,
            window,
            requantization));
    if (requantizes) {
      lowering.finish(chain, output, outDims, 1);
    } else {
      lowering.define(node.output(), Value.of(output, outDims));
    }
  }

  /**
   * The requantization of the sum of {@code count} elements whose average {@code stage} takes:
   * floor((m S / K + o) / D) = floor((m S + o K) / (D K)), in lowest terms.
   */
  private static Requantization ofSum(Node node, Stage stage, int count) {
    Requantization average = stage.requantization(node);
    int length = average.multiplier().length;
    BigInteger divisor = BigInteger.valueOf(average.divisor()).multiply(BigInteger.valueOf(count));
    List<BigInteger> offsets = new ArrayList<>();
    BigInteger common = divisor;
    for (int i = 0; i < length; i++) {
      BigInteger offset =
          BigInteger.valueOf(average.offset()[i]).multiply(BigInteger.valueOf(count));
      offsets.add(offset);
      common = common.gcd(BigInteger.valueOf(average.multiplier()[i])).gcd(offset);
    }
    long[] multiplier = new long[length];
    long[] offset = new long[length];
    try {
      for (int i = 0; i < length; i++) {
        multiplier[i] = average.multiplier()[i] / common.longValueExact();
        offset[i] = offsets.get(i).divide(common).longValueExact();
      }
      return new Requantization(
          multiplier,
          offset,
          divisor.divide(common).longValueExact(),
          average.min(),
          average.max());
    } catch (ArithmeticException overflow) {
      throw Stage.overflow(node);
    }
  }

  /** A window that lies in the padding alone has no maximum. */
  private static Window withoutEmptyWindows(Node node, Window window) {
    int height = window.dilationHeight() * (window.kernelHeight() - 1);
    int width = window.dilationWidth() * (window.kernelWidth() - 1);
    boolean dilated = window.dilationHeight() > 1 || window.dilationWidth() > 1;
    if (window.padTop() > height
        || window.padBottom() > height
        || window.padLeft() > width
        || window.padRight() > width
        || (dilated && window.isPadded())) {
      throw node.error(
          "has windows that may lie in the padding alone; supported: padding smaller than the"
              + " kernel, no dilation with padding");
    }
    return window;
  }

  /** ceil_mode as padding behind the input: one more window where the last does not fit. */
  private static Window withRoundedUp(
      Node node, Window window, Shape in, Shape out, Pooling.Kind kind) {
    int rows = missing(in.height() + window.padTop() + window.padBottom(), out.height(), window, 0);
    int columns =
        missing(in.width() + window.padLeft() + window.padRight(), out.width(), window, 1);
    // As PyTorch has it: a window starts in the input or in the padding before it.
    if (out.height() * window.strideHeight() >= in.height() + window.padTop()) {
      rows = 0;
    }
    if (out.width() * window.strideWidth() >= in.width() + window.padLeft()) {
      columns = 0;
    }
    if (rows == 0 && columns == 0) {
      return window;
    }
    if (kind == Pooling.Kind.AVERAGE) {
      throw node.error("averages over cropped windows (ceil_mode 1); supported: ceil_mode 0");
    }
    return new Window(
        window.kernelHeight(),
        window.kernelWidth(),
        window.strideHeight(),
        window.strideWidth(),
        window.dilationHeight(),
        window.dilationWidth(),
        window.padTop(),
        window.padLeft(),
        window.padBottom() + rows,
        window.padRight() + columns);
  }

  /**
   * Rows (axis 0) or columns (1) that one more window needs behind the input; 0 if none is left.
   */
  private static int missing(int size, int outputs, Window window, int axis) {
    int kernel =
        axis == 0
            ? window.dilationHeight() * (window.kernelHeight() - 1) + 1
            : window.dilationWidth() * (window.kernelWidth() - 1) + 1;
    int stride = axis == 0 ? window.strideHeight() : window.strideWidth();
    int rest = size - kernel - (outputs - 1) * stride;
    return rest > 0 ? stride - rest : 0;
  }
}
