package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Layers with weights: Conv, Gemm and MatMul, each with the requantization behind it. */
final class WeightRules {
  private WeightRules() {}

  /** Conv in one or two dimensions, dense, grouped or depthwise. */
  static void convolution(Node node, Lowering lowering) {
    Value input = lowering.unscaled(node, 0);
    Shape in = Lowering.image(node, input);
    Constant weights = lowering.graph().constantInput(node, 1);
    List<Long> dims = weights.dims();
    if (dims.size() != input.dims().size() || dims.size() < 3) {
      throw node.error(
          "has weights " + dims + " for an input of " + input.dims() + "; expected as many axes");
    }
    List<Integer> kernel = kernel(node, dims);
    int groups = Windows.limited(node, "group", node.integer("group", 1), 1);
    long outChannels = dims.get(0);
    if (outChannels < 1 || dims.get(1) * groups != in.channels() || outChannels % groups != 0) {
      throw node.error(
          "has weights "
              + dims
              + " and "
              + groups
              + " groups, which do not fit "
              + in.channels()
              + " input channels");
    }
    Window window = Windows.of(node, input, kernel);
    Shape out = Windows.output(node, window, in, (int) outChannels);
    List<Integer> outDims = outDims(input.dims().size(), out);

    RequantizationChain chain = RequantizationChain.behind(lowering.graph(), node, outDims, true);
    int[] bias = bias(node, lowering, chain, out.channels());
    Optional<Requantization> requantization = first(chain);
    Tensor output = output(chain, out);
    Convolution layer =
        new Convolution(
            "conv" + lowering.position(),
            input.tensor(),
            output,
            window,
            groups,
            toOhwi(weights.int8(), (int) outChannels, window, in.channels() / groups),
            bias,
            requantization);
    lowering.add(node, named(layer, lowering.position()));
    lowering.finish(chain, output, outDims, 1);
  }

  /** Gemm: alpha, beta and transA as a fully connected layer has them. */
  static void gemm(Node node, Lowering lowering) {
    if (node.real("alpha", 1) != 1 || node.real("beta", 1) != 1 || node.integer("transA", 0) != 0) {
      throw node.error("has alpha, beta or transA; supported: 1, 1 and 0");
    }
    fullyConnected(node, lowering, node.integer("transB", 0) != 0);
  }

  /** MatMul of an activation with constant weights, input x output. */
  static void matMul(Node node, Lowering lowering) {
    fullyConnected(node, lowering, false);
  }

  private static void fullyConnected(Node node, Lowering lowering, boolean outputsFirst) {
    Value input = lowering.operand(node, 0);
    Constant weights = lowering.graph().constantInput(node, 1);
    List<Long> dims = weights.dims();
    int inputs = input.tensor().shape().elements();
    if (!input.isVector()) {
      throw node.error(
          "multiplies a tensor " + input.dims() + "; supported: a vector, Flatten before it");
    }
    if (dims.size() != 2 || dims.get(outputsFirst ? 1 : 0) != inputs) {
      throw node.error("has weights " + dims + " for " + inputs + " inputs");
    }
    long outputs = dims.get(outputsFirst ? 0 : 1);
    if (outputs < 1) {
      throw node.error("has no outputs");
    }
    Shape out = Windows.shape(node, 1, 1, outputs);
    List<Integer> outDims = new ArrayList<>(input.dims());
    outDims.set(outDims.size() - 1, out.channels());
    if (outDims.size() > 2) {
      outDims = List.of(1, out.channels());
    }
    RequantizationChain chain = RequantizationChain.behind(lowering.graph(), node, outDims, true);
    int[] bias = bias(node, lowering, chain, out.channels());
    Tensor output = output(chain, out);
    byte[] rows = weights.int8();
    if (!outputsFirst) {
      rows = transposed(rows, inputs, out.channels());
    }
    lowering.add(
        node,
        new FullyConnected(
            "fc" + lowering.position(),
            input.tensor(),
            output,
            fromChw(rows, input.tensor().shape()),
            bias,
            first(chain)));
    lowering.finish(chain, output, outDims, 1);
  }

  private static Convolution named(Convolution layer, int position) {
    String kind = layer.isDepthwise() ? "dw" : layer.isPointwise() ? "pw" : "conv";
    return new Convolution(
        kind + position,
        layer.input(),
        layer.output(),
        layer.window(),
        layer.groups(),
        layer.weights(),
        layer.bias(),
        layer.requantization());
  }

  private static List<Integer> kernel(Node node, List<Long> dims) {
    List<Integer> kernel = new ArrayList<>();
    for (long size : dims.subList(2, dims.size())) {
      kernel.add(Windows.limited(node, "a kernel of", size, 1));
    }
    List<Integer> stated = Windows.attribute(node, "kernel_shape", kernel.size(), 1);
    if (!node.integers("kernel_shape").isEmpty() && !stated.equals(kernel)) {
      throw node.error("has kernel_shape " + stated + " but weights " + dims);
    }
    return kernel;
  }

  /** As ONNX sees a shape, in the rank of the input. */
  static List<Integer> outDims(int rank, Shape out) {
    return rank == 3
        ? List.of(1, out.channels(), out.width())
        : List.of(1, out.channels(), out.height(), out.width());
  }

  private static Optional<Requantization> first(RequantizationChain chain) {
    return chain.stages().isEmpty()
        ? Optional.empty()
        : Optional.of(chain.stages().get(0).requantization(chain.end()));
  }

  private static Tensor output(RequantizationChain chain, Shape shape) {
    return chain.stages().isEmpty()
        ? new Tensor(chain.tensor(), shape, ElementType.INT32)
        : new Tensor(Lowering.tensorName(chain, 0), shape, chain.stages().get(0).type());
  }

  /** The node's own bias and the one that an Add behind it brings, summed. */
  private static int[] bias(Node node, Lowering lowering, RequantizationChain chain, int channels) {
    int[] bias = new int[0];
    if (node.optionalInput(2).isPresent()) {
      bias = expanded(lowering.graph().constantInput(node, 2), channels);
    }
    if (chain.bias().isPresent()) {
      int[] added = expanded(chain.bias().get(), channels);
      for (int c = 0; c < bias.length; c++) {
        try {
          added[c] = Math.addExact(added[c], bias[c]);
        } catch (ArithmeticException overflow) {
          throw node.error("has biases beyond 32 bits");
        }
      }
      bias = added;
    }
    return bias;
  }

  private static int[] expanded(Constant bias, int channels) {
    if (bias.count() == channels) {
      return bias.int32();
    }
    if (bias.count() != 1) {
      throw bias.error("has " + bias.count() + " biases for " + channels + " channels");
    }
    int[] expanded = new int[channels];
    Arrays.fill(expanded, bias.int32()[0]);
    return expanded;
  }

  /** From output x input x row x column to output x row x column x input. */
  private static byte[] toOhwi(byte[] oihw, int outputs, Window window, int inputs) {
    int taps = window.kernelHeight() * window.kernelWidth();
    byte[] ohwi = new byte[oihw.length];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < taps; tap++) {
          ohwi[(o * taps + tap) * inputs + i] = oihw[(o * inputs + i) * taps + tap];
        }
      }
    }
    return ohwi;
  }

  private static byte[] transposed(byte[] weights, int rows, int columns) {
    byte[] transposed = new byte[weights.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = weights[row * columns + column];
      }
    }
    return transposed;
  }

  /** Flatten orders the elements CHW; activations lie in memory as HWC. */
  private static byte[] fromChw(byte[] rows, Shape shape) {
    int pixels = shape.height() * shape.width();
    int channels = shape.channels();
    if (pixels == 1 || channels == 1) {
      return rows;
    }
    byte[] permuted = new byte[rows.length];
    for (int row = 0; row < rows.length; row += pixels * channels) {
      for (int c = 0; c < channels; c++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          permuted[row + pixel * channels + c] = rows[row + c * pixels + pixel];
        }
      }
    }
    return permuted;
  }
}
