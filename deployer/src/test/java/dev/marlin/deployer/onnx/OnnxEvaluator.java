package dev.marlin.deployer.onnx;

import dev.marlin.deployer.onnx.proto.ModelProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes an ONNX graph operator by operator as the standard defines them, in NCHW and double
 * precision: what the fused integer network must agree with. It shares nothing with the frontends
 * but the parsed file, and is as slow and plain as can be.
 */
final class OnnxEvaluator {
  /** Row-major values; {@code whole}: of an integer type. */
  record Array(List<Integer> dims, double[] values, boolean whole) {

    double at(int... index) {
      int at = 0;
      for (int i = 0; i < index.length; i++) {
        if (index[i] < 0 || index[i] >= dims.get(i)) {
          return 0;
        }
        at = at * dims.get(i) + index[i];
      }
      return values[at];
    }

    Array with(List<Integer> other) {
      return new Array(other, values, whole);
    }
  }

  private final Graph graph;
  private final Map<String, Array> arrays = new HashMap<>();

  private OnnxEvaluator(Graph graph) {
    this.graph = graph;
  }

  /** All tensors of the graph, given its inputs one behind the other, each in CHW order. */
  static Map<String, Array> evaluate(ModelProto model, double[] input) {
    OnnxEvaluator evaluator = new OnnxEvaluator(new Graph(model));
    int from = 0;
    for (Map.Entry<String, List<Integer>> one : evaluator.graph.inputs().entrySet()) {
      int end = from + one.getValue().stream().reduce(1, (a, b) -> a * b);
      double[] values = Arrays.copyOfRange(input, from, end);
      evaluator.arrays.put(one.getKey(), new Array(one.getValue(), values, false));
      from = end;
    }
    for (Node node : evaluator.graph.nodes()) {
      evaluator.arrays.put(node.output(), evaluator.value(node));
    }
    return evaluator.arrays;
  }

  private Array value(Node node) {
    Array x = array(node, 0);
    return switch (node.operator()) {
      case "Identity", "Dropout" -> x;
      case "Cast" -> {
        boolean whole = node.integer("to", 1) != 1;
        yield map(x, whole, v -> whole ? (v < 0 ? Math.ceil(v) : Math.floor(v)) : v);
      }
      // An average has rounding errors far below what a quotient of these tests can be from whole.
      case "Floor" -> map(x, false, v -> Math.floor(v + 1e-7));
      case "Clip" -> {
        double min = node.inputs().size() > 1 ? array(node, 1).values()[0] : node.real("min", 0);
        double max = node.inputs().size() > 2 ? array(node, 2).values()[0] : node.real("max", 0);
        yield map(x, x.whole(), v -> Math.max(min, Math.min(max, v)));
      }
      case "Mul" -> combine(x, array(node, 1), (a, b) -> a * b);
      case "Add" ->
          node.attribute("in1_mul").isPresent()
              ? quantlabSum(node, x, array(node, 1))
              : combine(x, array(node, 1), (a, b) -> a + b);
      case "Div" -> {
        Array y = array(node, 1);
        boolean whole = x.whole();
        yield combine(x, y, (a, b) -> whole ? Math.floor(a / b) : a / b);
      }
      case "Flatten" -> x.with(List.of(1, x.values().length));
      case "Reshape" -> reshape(x, array(node, 1));
      case "Unsqueeze", "Squeeze" -> x.with(axes(node, x));
      case "Pad" -> pad(node, x);
      case "Conv" -> convolution(node, x);
      case "MaxPool", "AveragePool", "GlobalAveragePool" -> pool(node, x);
      case "MatMul" -> product(x, array(node, 1), false, null);
      case "Gemm" ->
          product(
              x,
              array(node, 1),
              node.integer("transB", 0) == 1,
              node.inputs().size() > 2 ? array(node, 2) : null);
      // The host's business; only that it is skipped matters.
      case "Shape", "Gather", "Sigmoid", "LogSoftmax" -> x;
      case "Concat" -> join(node);
      default -> throw new IllegalArgumentException(node.operator());
    };
  }

  private Array array(Node node, int i) {
    String tensor = node.input(i);
    if (arrays.containsKey(tensor)) {
      return arrays.get(tensor);
    }
    Constant constant = graph.constant(tensor).orElseThrow();
    double[] values = new double[constant.count()];
    for (int j = 0; j < values.length; j++) {
      values[j] = constant.real(j);
    }
    // What was cast to an integer type before it meets a constant stays of that type.
    return new Array(constant.dims().stream().map(Long::intValue).toList(), values, false);
  }

  private interface Function {
    double apply(double a, double b);
  }

  private static Array map(Array x, boolean whole, DoubleUnaryOperator f) {
    double[] values = new double[x.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = f.applyAsDouble(x.values()[i]);
    }
    return new Array(x.dims(), values, whole);
  }

  /** With broadcasting of either operand into the other's dimensions. */
  private static Array combine(Array x, Array y, Function f) {
    Array wide = x.values().length >= y.values().length ? x : y;
    List<Integer> dims = wide.dims();
    double[] values = new double[wide.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = f.apply(broadcast(x, dims, i), broadcast(y, dims, i));
    }
    return new Array(dims, values, x.whole() || y.whole());
  }

  private static double broadcast(Array x, List<Integer> dims, int i) {
    int at = 0;
    int stride = 1;
    int rest = i;
    for (int axis = dims.size() - 1; axis >= 0; axis--) {
      int index = rest % dims.get(axis);
      rest /= dims.get(axis);
      int own = axis - (dims.size() - x.dims().size());
      if (own >= 0 && x.dims().get(own) > 1) {
        at += index * stride;
        stride *= x.dims().get(own);
      }
    }
    return x.values()[at];
  }

  /** Along axis 1, batch 1: all elements of one behind those of the other. */
  private Array join(Node node) {
    List<Array> parts = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      parts.add(array(node, i));
    }
    if (parts.stream().anyMatch(part -> part.dims().size() < 2)) {
      return parts.get(0); // of a shape: nothing that is compared
    }
    List<Integer> dims = new ArrayList<>(parts.get(0).dims());
    dims.set(1, parts.stream().mapToInt(part -> part.dims().get(1)).sum());
    return new Array(
        dims,
        parts.stream().flatMapToDouble(part -> DoubleStream.of(part.values())).toArray(),
        false);
  }

  /** Whatever is computed of a shape is taken for a vector. */
  private static Array reshape(Array x, Array shape) {
    boolean given = Arrays.stream(shape.values()).noneMatch(v -> v < -1 || v > x.values().length);
    if (!given || shape.dims().size() != 1) {
      return x.with(List.of(1, x.values().length));
    }
    List<Integer> dims = new ArrayList<>();
    int known = 1;
    for (int i = 0; i < shape.values().length; i++) {
      int dim = (int) shape.values()[i];
      dim = dim == 0 ? x.dims().get(i) : dim;
      known *= dim < 0 ? 1 : dim;
      dims.add(dim);
    }
    int rest = x.values().length / known;
    return x.with(dims.stream().map(dim -> dim < 0 ? rest : dim).toList());
  }

  /** Quantlab's addition: each operand and the sum multiplied, moved, shifted and clipped. */
  private static Array quantlabSum(Node node, Array x, Array y) {
    Array first = quantlabScaled(node, "in1", x);
    Array second = quantlabScaled(node, "in2", y);
    return quantlabScaled(node, "out", combine(first, second, (a, b) -> a + b));
  }

  private static Array quantlabScaled(Node node, String prefix, Array x) {
    double multiplier = (double) node.integer(prefix + "_mul", 1);
    double addend = (double) node.integer(prefix + "_add", 0);
    double divisor = (double) (1L << node.integer(prefix + "_shift", 0));
    double most = node.integer(prefix + "_n_levels", 256) - 1.0;
    return map(
        x,
        false,
        v -> Math.max(0, Math.min(most, Math.floor((v * multiplier + addend) / divisor))));
  }

  private static List<Integer> axes(Node node, Array x) {
    List<Integer> dims = new ArrayList<>(x.dims());
    for (long axis : node.integers("axes")) {
      if (node.operator().equals("Squeeze")) {
        dims.remove((int) axis);
      } else {
        dims.add((int) axis, 1);
      }
    }
    return dims;
  }

  private static Array pad(Node node, Array x) {
    List<Long> pads = node.integers("pads");
    int rank = x.dims().size();
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      dims.add((int) (x.dims().get(i) + pads.get(i) + pads.get(rank + i)));
    }
    double[] values = new double[dims.stream().reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      int[] index = new int[rank];
      int rest = i;
      for (int axis = rank - 1; axis >= 0; axis--) {
        index[axis] = (int) (rest % dims.get(axis) - pads.get(axis));
        rest /= dims.get(axis);
      }
      values[i] = x.at(index);
    }
    return new Array(dims, values, false);
  }

  /** Kernel, strides, dilations, pads of rows and columns; one-dimensional signals have one row. */
  private record Geometry(int[] kernel, int[] strides, int[] dilations, int[] pads) {
    static Geometry of(Node node, int kernelHeight, int kernelWidth, boolean flat) {
      return new Geometry(
          new int[] {kernelHeight, kernelWidth},
          pair(node, "strides", flat),
          pair(node, "dilations", flat),
          pads(node, flat));
    }

    private static int[] pair(Node node, String key, boolean flat) {
      List<Long> values = node.integers(key);
      return values.isEmpty()
          ? new int[] {1, 1}
          : flat
              ? new int[] {1, values.get(0).intValue()}
              : new int[] {values.get(0).intValue(), values.get(1).intValue()};
    }

    private static int[] pads(Node node, boolean flat) {
      List<Long> p = node.integers("pads");
      return p.isEmpty()
          ? new int[4]
          : flat
              ? new int[] {0, p.get(0).intValue(), 0, p.get(1).intValue()}
              : p.stream().mapToInt(Long::intValue).toArray();
    }

    int outputs(int axis, int size, boolean up) {
      int free = size + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel[axis] - 1) - 1;
      return (up ? (free + strides[axis] - 1) / strides[axis] : free / strides[axis]) + 1;
    }
  }

  private static Array picture(Array x) {
    List<Integer> d = x.dims();
    return d.size() == 3 ? x.with(List.of(1, d.get(1), 1, d.get(2))) : x;
  }

  private static Array like(Array x, Array result) {
    List<Integer> d = result.dims();
    return x.dims().size() == 3 ? result.with(List.of(1, d.get(1), d.get(3))) : result;
  }

  private Array convolution(Node node, Array input) {
    Array x = picture(input);
    Array w = picture(array(node, 1));
    if (w.dims().size() == 4 && array(node, 1).dims().size() == 3) {
      List<Integer> d = array(node, 1).dims();
      w = array(node, 1).with(List.of(d.get(0), d.get(1), 1, d.get(2)));
    }
    boolean flat = input.dims().size() == 3;
    Geometry g = Geometry.of(node, w.dims().get(2), w.dims().get(3), flat);
    int groups = (int) node.integer("group", 1);
    int outputs = w.dims().get(0);
    int perGroup = w.dims().get(1);
    int height = g.outputs(0, x.dims().get(2), false);
    int width = g.outputs(1, x.dims().get(3), false);
    double[] values = new double[outputs * height * width];
    int at = 0;
    for (int o = 0; o < outputs; o++) {
      for (int y = 0; y < height; y++) {
        for (int z = 0; z < width; z++) {
          double sum = node.inputs().size() > 2 ? array(node, 2).values()[o] : 0;
          for (int c = 0; c < perGroup; c++) {
            int channel = o / (outputs / groups) * perGroup + c;
            for (int i = 0; i < g.kernel[0]; i++) {
              for (int j = 0; j < g.kernel[1]; j++) {
                int row = y * g.strides[0] - g.pads[0] + i * g.dilations[0];
                int column = z * g.strides[1] - g.pads[1] + j * g.dilations[1];
                sum += w.at(o, c, i, j) * x.at(0, channel, row, column);
              }
            }
          }
          values[at++] = sum;
        }
      }
    }
    return like(input, new Array(List.of(1, outputs, height, width), values, false));
  }

  private static Array pool(Node node, Array input) {
    Array x = picture(input);
    boolean flat = input.dims().size() == 3;
    boolean max = node.operator().equals("MaxPool");
    List<Long> k = node.integers("kernel_shape");
    int kernelHeight = flat ? 1 : k.isEmpty() ? x.dims().get(2) : k.get(0).intValue();
    int kernelWidth = k.isEmpty() ? x.dims().get(3) : k.get(flat ? 0 : 1).intValue();
    Geometry g = Geometry.of(node, kernelHeight, kernelWidth, flat);
    boolean up = node.integer("ceil_mode", 0) == 1;
    int channels = x.dims().get(1);
    int height = g.outputs(0, x.dims().get(2), up);
    int width = g.outputs(1, x.dims().get(3), up);
    double[] values = new double[channels * height * width];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        for (int z = 0; z < width; z++) {
          double result = 0;
          for (int i = 0; i < kernelHeight; i++) {
            for (int j = 0; j < kernelWidth; j++) {
              double v =
                  x.at(0, c, y * g.strides[0] - g.pads[0] + i, z * g.strides[1] - g.pads[1] + j);
              result = max ? Math.max(result, v) : result + v;
            }
          }
          values[at++] = max ? result : result / (kernelHeight * kernelWidth);
        }
      }
    }
    return like(input, new Array(List.of(1, channels, height, width), values, false));
  }

  private static Array product(Array x, Array w, boolean transposed, @Nullable Array bias) {
    int inputs = x.values().length;
    int outputs = w.values().length / inputs;
    double[] values = new double[outputs];
    for (int o = 0; o < outputs; o++) {
      values[o] = bias == null ? 0 : bias.values()[o];
      for (int i = 0; i < inputs; i++) {
        values[o] += x.values()[i] * (transposed ? w.at(o, i) : w.at(i, o));
      }
    }
    return new Array(List.of(1, outputs), values, false);
  }
}
