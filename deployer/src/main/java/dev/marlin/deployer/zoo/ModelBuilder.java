package dev.marlin.deployer.zoo;

import static dev.marlin.deployer.zoo.OnnxWriter.integer;
import static dev.marlin.deployer.zoo.OnnxWriter.integers;
import static dev.marlin.deployer.zoo.OnnxWriter.real;

import dev.marlin.deployer.network.Accumulators;
import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import dev.marlin.deployer.reference.SplitMix;
import java.util.List;
import java.util.Optional;

/**
 * Builds a zoo model layer by layer: draws seeded weights, runs the layer on what the layers before
 * made of the seeded input, calibrates its requantization on the sums, and writes the operators
 * that NEMO would write. Weights are drawn for the name of the model: the same name gives the same
 * bytes everywhere.
 */
final class ModelBuilder {
  private final OnnxWriter writer;
  private final SplitMix random;
  private int layers;

  ModelBuilder(String name) {
    writer = new OnnxWriter(name);
    random = SplitMix.of(name);
  }

  /** The network's input, a picture. */
  Feature image(int height, int width, int channels) {
    return input(new Shape(height, width, channels), List.of(1, channels, height, width));
  }

  /** The network's input, a vector. */
  Feature vector(int elements) {
    return input(new Shape(1, 1, elements), List.of(1, elements));
  }

  /** Convolution, batch normalization and ReLU. */
  Feature convolution(Feature in, int outputs, Window window) {
    return convolution(in, outputs, window, 1);
  }

  /** Pointwise convolution, batch normalization and ReLU. */
  Feature pointwise(Feature in, int outputs, int stride) {
    return convolution(in, outputs, square(1, stride, 0), 1);
  }

  /** Depthwise convolution, batch normalization and ReLU. */
  Feature depthwise(Feature in, Window window) {
    return convolution(in, in.shape().channels(), window, in.shape().channels());
  }

  /** Fully connected layer, batch normalization and ReLU. */
  Feature hidden(Feature in, int outputs) {
    int inputs = in.shape().elements();
    String name = "layer" + layers++;
    byte[] weights = weights(outputs * inputs);
    FullyConnected raw =
        new FullyConnected(
            name,
            in.activation().tensor(),
            new Tensor(name, new Shape(1, 1, outputs), ElementType.INT32),
            weights,
            new int[0],
            Optional.empty());
    String matrix =
        writer.floats(
            name + ".weight", List.of(inputs, outputs), columns(weights, in.shape(), outputs));
    String product = writer.node("MatMul", List.of(flat(in), matrix));
    return requantized(
        name, raw, ReferenceInterpreter.sums(raw, in.activation()), product, List.of(outputs));
  }

  /** The last layer: fully connected with bias, its 32-bit sums are the output. */
  Feature classifier(Feature in, int outputs) {
    int inputs = in.shape().elements();
    String name = "layer" + layers++;
    byte[] weights = weights(outputs * inputs);
    long[] bias = new long[outputs];
    int[] ints = new int[outputs];
    for (int o = 0; o < outputs; o++) {
      ints[o] = random.nextInt(-1000, 1000);
      bias[o] = ints[o];
    }
    String matrix =
        writer.floats(
            name + ".weight", List.of(outputs, inputs), rows(weights, in.shape(), outputs));
    String sums =
        writer.node(
            "Gemm",
            List.of(flat(in), matrix, writer.floats(name + ".bias", List.of(outputs), bias)),
            real("alpha", 1),
            real("beta", 1),
            integer("transB", 1));
    Tensor output = new Tensor(sums, new Shape(1, 1, outputs), ElementType.INT32);
    return run(
        new FullyConnected(name, in.activation().tensor(), output, weights, ints, Optional.empty()),
        in);
  }

  /** Average over the window, with the rounding of NEMO: D = 2^ceil(log2(32 K)), m = D / K. */
  Feature averagePool(Feature in, Window window) {
    layers++;
    int count = window.kernelHeight() * window.kernelWidth();
    int divisor = Integer.highestOneBit(32 * count - 1) << 1;
    int ratio = (2 * divisor + count) / (2 * count);
    String average =
        writer.node(
            "AveragePool",
            List.of(in.name()),
            integers("kernel_shape", window.kernelHeight(), window.kernelWidth()),
            integers("pads", 0, 0, 0, 0),
            integers("strides", window.strideHeight(), window.strideWidth()));
    String sum = writer.node("Mul", List.of(average, writer.floatConstant(count)));
    String scaled = writer.node("Mul", List.of(sum, writer.floatConstant(ratio)));
    String divided = writer.node("Div", List.of(scaled, writer.floatConstant(divisor)));
    String output = writer.node("Floor", List.of(divided));
    return pooled(
        in,
        window,
        Pooling.Kind.AVERAGE,
        output,
        new Requantization(single(ratio), single(0), divisor, 0, 255));
  }

  /** Average over everything. */
  Feature globalAveragePool(Feature in) {
    return averagePool(
        in, new Window(in.shape().height(), in.shape().width(), 1, 1, 1, 1, 0, 0, 0, 0));
  }

  /** Maximum over the window. */
  Feature maxPool(Feature in, Window window) {
    layers++;
    String output =
        writer.node(
            "MaxPool",
            List.of(in.name()),
            integers("kernel_shape", window.kernelHeight(), window.kernelWidth()),
            pads(window),
            integers("strides", window.strideHeight(), window.strideWidth()));
    return pooled(
        in, window, Pooling.Kind.MAX, output, new Requantization(single(1), single(0), 1, 0, 255));
  }

  /** Residual addition of two equally scaled tensors, halved so that no sum exceeds 8 bits. */
  Feature add(Feature first, Feature second) {
    String name = "layer" + layers++;
    String a = writer.node("Mul", List.of(first.name(), writer.floatConstant(16)));
    String b = writer.node("Mul", List.of(second.name(), writer.floatConstant(16)));
    String sum = writer.node("Add", List.of(a, b));
    String divided = writer.node("Div", List.of(sum, writer.floatConstant(32)));
    String output = writer.node("Floor", List.of(divided));
    Requantization factor =
        new Requantization(single(16), single(0), 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
    return run(
        new Addition(
            name,
            first.activation().tensor(),
            second.activation().tensor(),
            new Tensor(output, first.shape(), ElementType.UINT8),
            factor,
            factor,
            new Requantization(single(1), single(0), 32, 0, 255)),
        first,
        second);
  }

  /** The ONNX file of a network that ends with {@code output}. */
  byte[] finish(Feature output) {
    Shape shape = output.shape();
    writer.output(
        output.name(),
        output.vector()
            ? List.of(1, shape.channels())
            : List.of(1, shape.channels(), shape.height(), shape.width()));
    return writer.bytes();
  }

  /** A square window with equal padding on all sides. */
  static Window square(int kernel, int stride, int padding) {
    return new Window(kernel, kernel, stride, stride, 1, 1, padding, padding, padding, padding);
  }

  private Feature input(Shape shape, List<Integer> dims) {
    Tensor tensor = new Tensor(writer.input(dims), shape, ElementType.UINT8);
    return new Feature(new Activation(tensor, SeededInput.forTensor(tensor)), dims.size() == 2);
  }

  private Feature convolution(Feature in, int outputs, Window window, int groups) {
    int inputs = in.shape().channels() / groups;
    int taps = window.kernelHeight() * window.kernelWidth();
    String name = "layer" + layers++;
    byte[] weights = weights(outputs * taps * inputs);
    Convolution raw =
        new Convolution(
            name,
            in.activation().tensor(),
            new Tensor(name, window.output(in.shape(), outputs), ElementType.INT32),
            window,
            groups,
            weights,
            new int[0],
            Optional.empty());
    long[] oihw = new long[weights.length];
    for (int o = 0; o < outputs; o++) {
      for (int tap = 0; tap < taps; tap++) {
        for (int i = 0; i < inputs; i++) {
          oihw[(o * inputs + i) * taps + tap] = weights[(o * taps + tap) * inputs + i];
        }
      }
    }
    String tensor =
        writer.floats(
            name + ".weight",
            List.of(outputs, inputs, window.kernelHeight(), window.kernelWidth()),
            oihw);
    String sums =
        writer.node(
            "Conv",
            List.of(in.name(), tensor),
            integers("dilations", window.dilationHeight(), window.dilationWidth()),
            integer("group", groups),
            integers("kernel_shape", window.kernelHeight(), window.kernelWidth()),
            pads(window),
            integers("strides", window.strideHeight(), window.strideWidth()));
    return requantized(
        name,
        raw,
        ReferenceInterpreter.sums(raw, in.activation()),
        sums,
        List.of(1, outputs, 1, 1));
  }

  /** Calibrates on {@code sums} and writes batch normalization and ReLU behind {@code tensor}. */
  private Feature requantized(
      String name, Layer raw, int[] sums, String tensor, List<Integer> perChannel) {
    Shape shape = raw.output().shape();
    int channels = shape.channels();
    Calibration calibration = Calibration.of(sums, channels, c -> Accumulators.sum(raw, c), random);
    String kappa = writer.floats(name + ".bn.kappa", perChannel, calibration.kappa());
    String lambda = writer.floats(name + ".bn.lamda", perChannel, calibration.lambda());
    String normalized = writer.node("Mul", List.of(kappa, tensor));
    normalized = writer.node("Add", List.of(normalized, lambda));
    String whole = cast(normalized, TensorProto.DataType.INT64);
    String scaled = writer.node("Mul", List.of(whole, writer.integerConstant(calibration.m())));
    String divided =
        writer.node("Div", List.of(scaled, writer.integerConstant(calibration.divisor())));
    String real = cast(divided, TensorProto.DataType.FLOAT);
    String output = writer.node("Clip", List.of(real), real("max", 255), real("min", 0));
    Requantization requantization = calibration.requantization();
    int[] values = new int[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = requantization.apply(sums[i], i % channels);
    }
    return new Feature(
        new Activation(new Tensor(output, shape, ElementType.UINT8), values),
        raw instanceof FullyConnected);
  }

  private Feature pooled(
      Feature in, Window window, Pooling.Kind kind, String output, Requantization requantization) {
    Shape shape = window.output(in.shape(), in.shape().channels());
    return run(
        new Pooling(
            output,
            in.activation().tensor(),
            new Tensor(output, shape, ElementType.UINT8),
            kind,
            window,
            requantization),
        in);
  }

  private static Feature run(Layer layer, Feature... operands) {
    List<Activation> activations = List.of(operands).stream().map(Feature::activation).toList();
    return new Feature(
        ReferenceInterpreter.run(layer, activations), layer instanceof FullyConnected);
  }

  private String cast(String tensor, TensorProto.DataType type) {
    return writer.node("Cast", List.of(tensor), integer("to", type.getNumber()));
  }

  private String flat(Feature in) {
    return in.vector() ? in.name() : writer.node("Flatten", List.of(in.name()), integer("axis", 1));
  }

  private static AttributeProto pads(Window window) {
    return integers(
        "pads", window.padTop(), window.padLeft(), window.padBottom(), window.padRight());
  }

  /** Bell-shaped in -64..64: the sum of two even draws. */
  private byte[] weights(int count) {
    byte[] weights = new byte[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (byte) (random.nextInt(-32, 32) + random.nextInt(-32, 32));
    }
    return weights;
  }

  /** Weights output x input in HWC order, as ONNX has them: output x input in CHW order. */
  private static long[] rows(byte[] weights, Shape in, int outputs) {
    int inputs = in.elements();
    int pixels = in.height() * in.width();
    long[] rows = new long[weights.length];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        int chw = i % in.channels() * pixels + i / in.channels();
        rows[o * inputs + chw] = weights[o * inputs + i];
      }
    }
    return rows;
  }

  /** As {@link #rows}, transposed: input x output. */
  private static long[] columns(byte[] weights, Shape in, int outputs) {
    long[] rows = rows(weights, in, outputs);
    int inputs = in.elements();
    long[] columns = new long[rows.length];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        columns[i * outputs + o] = rows[o * inputs + i];
      }
    }
    return columns;
  }

  private static long[] single(long value) {
    return new long[] {value};
  }
}
