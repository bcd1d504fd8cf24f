package dev.marlin.deployer.onnx;

import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Random quantized networks as NEMO and Quantlab write them. One seed draws the network, another
 * how it is written: names, order of operands, constants as initializers or nodes of any number
 * type, padding as attribute or nodes, operators that do nothing, MatMul or Gemm.
 */
final class RandomModels {
  enum Exporter {
    NEMO,
    QUANTLAB
  }

  /** An activation: its tensor and its dimensions, batch first. */
  private record Act(String name, List<Integer> dims) {
    int channels() {
      return dims.get(1);
    }

    boolean isPicture() {
      return dims.size() > 2;
    }
  }

  private final Exporter exporter;
  private final Random plan;
  private final WrittenGraph form;
  private final List<Act> acts = new ArrayList<>();

  private RandomModels(Exporter exporter, long plan, long style) {
    this.exporter = exporter;
    this.plan = new Random(plan);
    this.form = new WrittenGraph(style);
  }

  /**
   * A model.
   *
   * @param plan seed of the network
   * @param style seed of its form; 0 for the plainest
   * @param shuffled whether nodes stand in any order
   */
  static ModelProto model(Exporter exporter, long plan, long style, boolean shuffled) {
    RandomModels models = new RandomModels(exporter, plan, style);
    models.build();
    return ModelProto.newBuilder()
        .setIrVersion(6)
        .setProducerName("pytorch")
        .setGraph(models.form.graph(shuffled))
        .build();
  }

  private void build() {
    boolean flat = plan.nextInt(4) == 0;
    int channels = 1 + plan.nextInt(5);
    List<Integer> dims =
        flat
            ? List.of(1, channels, 20 + plan.nextInt(20))
            : List.of(1, channels, 7 + plan.nextInt(6), 7 + plan.nextInt(6));
    String input = form.name();
    form.graph.addInput(Protos.info(input, dims));
    Act last = requantizedConvolution(new Act(input, dims));
    for (int i = 4 + plan.nextInt(5); i > 0; i--) {
      last = layer(last);
    }
    if (plan.nextBoolean()) {
      // A second head that ends at an activation.
      form.graph.addOutput(Protos.info(requantizedConvolution(acts.get(0)).name(), List.of()));
    }
    last = flatten(last);
    if (plan.nextBoolean()) {
      last = requantize(connected(last, 5 + plan.nextInt(9)), 60);
    }
    Act result = connected(last, 2 + plan.nextInt(6));
    String tail = result.name();
    if (form.oddly()) {
      // The host's: the raw sums stay the network's output.
      tail = node("Sigmoid", List.of(tail)).name();
    }
    form.graph.addOutput(Protos.info(tail, List.of()));
  }

  private Act layer(Act last) {
    boolean small = last.dims().subList(2, last.dims().size()).stream().anyMatch(d -> d < 6);
    return switch (plan.nextInt(small ? 5 : 7)) {
      case 0 -> residual(last);
      case 1 -> joined(last);
      case 2, 3, 4 -> requantizedConvolution(last);
      case 5 -> maximum(last);
      default -> average(last);
    };
  }

  // ------------------------------------------------------------------------------------- layers

  private Act requantizedConvolution(Act in) {
    int kernel = in.dims().get(2) < 3 ? 1 : 1 + 2 * plan.nextInt(2);
    boolean flat = in.dims().size() == 3;
    int dilation = flat && kernel > 1 && in.dims().get(2) > 12 ? 1 + plan.nextInt(3) : 1;
    int reach = dilation * (kernel - 1) + 1;
    int stride = in.dims().get(2) > 8 && plan.nextInt(3) == 0 ? 2 : 1;
    int kind = plan.nextInt(3);
    int outputs = kind == 0 ? in.channels() : 2 + plan.nextInt(9);
    int groups = kind == 0 ? in.channels() : 1;
    // Causal: all zeros before the signal.
    int before = flat && plan.nextBoolean() ? reach - 1 : reach / 2;
    int after = flat && before == reach - 1 ? 0 : reach / 2;
    int spatial = in.dims().size() - 2;
    List<Integer> weightDims = new ArrayList<>(List.of(outputs, in.channels() / groups));
    List<Integer> dims = new ArrayList<>(List.of(1, outputs));
    for (int i = 0; i < spatial; i++) {
      weightDims.add(kernel);
      dims.add((in.dims().get(i + 2) + before + after - reach) / stride + 1);
    }
    boolean biased = plan.nextInt(4) == 0;
    List<String> inputs = new ArrayList<>();
    boolean padNode = form.oddly();
    inputs.add(padNode ? pad(in, before, after) : noise(in).name());
    inputs.add(weights(weightDims));
    if (biased) {
      inputs.add(form.constant(List.of(outputs), drawn(outputs, -300, 300), false));
    }
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(Protos.ints("kernel_shape", Collections.nCopies(spatial, kernel)));
    attributes.add(Protos.ints("strides", Collections.nCopies(spatial, stride)));
    attributes.add(Protos.ints("dilations", Collections.nCopies(spatial, dilation)));
    attributes.add(Protos.integer("group", groups));
    if (!padNode) {
      List<Integer> pads = new ArrayList<>(Collections.nCopies(spatial, before));
      pads.addAll(Collections.nCopies(spatial, after));
      attributes.add(Protos.ints("pads", pads));
    }
    if (exporter == Exporter.QUANTLAB) {
      attributes.add(Protos.integer("weight_bits", 8));
    }
    Act sums =
        new Act(node("Conv", inputs, attributes.toArray(AttributeProto[]::new)).name(), dims);
    return kept(
        requantize(sums, weightDims.subList(1, 2 + spatial).stream().reduce(1, (a, b) -> a * b)));
  }

  /** Zeros as one or two Pad nodes. */
  private String pad(Act in, int before, int after) {
    int rank = in.dims().size();
    Integer[] pads = new Integer[2 * rank];
    Arrays.fill(pads, 0);
    Integer[] rest = pads.clone();
    boolean two = form.random.nextBoolean();
    for (int i = 2; i < rank; i++) {
      pads[i] = before;
      (two ? rest : pads)[rank + i] = after;
    }
    String padded = zeros(noise(in).name(), pads);
    return two ? zeros(padded, rest) : padded;
  }

  private String zeros(String tensor, Integer[] pads) {
    return node(
            "Pad",
            List.of(tensor),
            Protos.ints("pads", List.of(pads)),
            Protos.text("mode", "constant"))
        .name();
  }

  private Act maximum(Act in) {
    Act out = pooled("MaxPool", in);
    return kept(out);
  }

  /** Behind an average: NEMO's Mul Mul Div Floor, Quantlab's Requant of one value for all. */
  private Act average(Act in) {
    Act out = pooled("AveragePool", in);
    int elements = 1 << (out.dims().size() - 2);
    int ratio = 20 + plan.nextInt(43); // No NEMO average exceeds 255: it would not clip.
    int divisor = plan.nextBoolean() ? 64 * elements : 64 * elements - 1;
    if (exporter == Exporter.NEMO) {
      out = times(out, elements);
      out = times(out, ratio);
      out = floor(divided(out, divisor));
      return kept(out);
    }
    // Scaled by the number of elements: whole numbers come out of the Mul, as Quantlab has it.
    out = times(out, (long) elements * ratio);
    out = plus(out, plan.nextInt(200));
    return kept(clipped(floor(divided(out, divisor)), 0, 255));
  }

  private Act pooled(String operator, Act in) {
    int spatial = in.dims().size() - 2;
    List<Integer> dims = new ArrayList<>(in.dims().subList(0, 2));
    for (int i = 2; i < in.dims().size(); i++) {
      dims.add((in.dims().get(i) - 2) / 2 + 1);
    }
    return new Act(
        node(
                operator,
                List.of(noise(in).name()),
                Protos.ints("kernel_shape", Collections.nCopies(spatial, 2)),
                Protos.ints("strides", Collections.nCopies(spatial, 2)))
            .name(),
        dims);
  }

  /** A sum with an earlier activation of the same dimensions, or with itself. */
  private Act residual(Act last) {
    List<Act> partners = acts.stream().filter(a -> a.dims().equals(last.dims())).toList();
    Act other = partners.isEmpty() ? last : partners.get(plan.nextInt(partners.size()));
    if (exporter == Exporter.QUANTLAB) {
      return kept(quantlabAddition(last, other));
    }
    Act a = times(noise(last), 10 + plan.nextInt(22));
    Act b = times(noise(other), 10 + plan.nextInt(22));
    Act sum = new Act(node("Add", either(a.name(), b.name())).name(), last.dims());
    sum = floor(divided(sum, 64));
    if (plan.nextBoolean()) {
      sum = clipped(floor(divided(times(sum, 32), 32)), 0, 255);
    }
    return kept(sum);
  }

  private Act quantlabAddition(Act first, Act second) {
    long[] multipliers = {plan.nextInt(1 << 18), plan.nextInt(1 << 18)};
    boolean swapped = form.oddly();
    List<String> inputs =
        swapped ? List.of(second.name(), first.name()) : List.of(first.name(), second.name());
    List<AttributeProto> attributes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String prefix = swapped == (i == 0) ? "in2" : "in1";
      attributes.add(Protos.integer(prefix + "_mul", multipliers[i]));
      attributes.add(Protos.integer(prefix + "_add", 1 << 17));
      attributes.add(Protos.integer(prefix + "_shift", 18));
      attributes.add(Protos.integer(prefix + "_n_levels", 256));
      attributes.add(Protos.integer(prefix + "_rq", 1));
    }
    attributes.add(Protos.integer("out_mul", 1));
    attributes.add(Protos.integer("out_add", 0));
    attributes.add(Protos.integer("out_shift", 0));
    attributes.add(Protos.integer("out_n_levels", 256));
    attributes.add(Protos.integer("out_rq", 0));
    return new Act(
        node("Add", inputs, attributes.toArray(AttributeProto[]::new)).name(), first.dims());
  }

  private Act joined(Act last) {
    List<Act> partners =
        acts.stream()
            .filter(a -> a.dims().subList(2, a.dims().size()).equals(tailOf(last)))
            .toList();
    Act other = partners.isEmpty() ? last : partners.get(plan.nextInt(partners.size()));
    List<Integer> dims = new ArrayList<>(last.dims());
    dims.set(1, last.channels() + other.channels());
    if (dims.get(1) > 24) {
      return requantizedConvolution(last);
    }
    int axis = form.oddly() ? 1 - dims.size() : 1;
    return kept(
        new Act(
            node(
                    "Concat",
                    List.of(noise(last).name(), noise(other).name()),
                    Protos.integer("axis", axis))
                .name(),
            dims));
  }

  private static List<Integer> tailOf(Act act) {
    return act.dims().subList(2, act.dims().size());
  }

  private Act flatten(Act in) {
    int elements = in.dims().stream().reduce(1, (a, b) -> a * b);
    boolean reshapes = form.oddly();
    String flat =
        reshapes
            ? node(
                    "Reshape",
                    List.of(in.name(), form.shape(1, form.random.nextBoolean() ? -1 : elements)))
                .name()
            : node("Flatten", List.of(in.name()), Protos.integer("axis", 1)).name();
    return new Act(flat, List.of(1, elements));
  }

  private Act connected(Act in, int outputs) {
    int inputs = in.dims().get(1);
    long[] values = drawn(inputs * outputs, -9, 9);
    boolean gemm = form.oddly();
    Act out;
    if (gemm) {
      long[] turned = new long[values.length];
      for (int i = 0; i < inputs; i++) {
        for (int o = 0; o < outputs; o++) {
          turned[o * inputs + i] = values[i * outputs + o];
        }
      }
      String weights = form.constant(List.of(outputs, inputs), turned, true);
      out = node("Gemm", List.of(in.name(), weights), Protos.integer("transB", 1));
    } else {
      out =
          node("MatMul", List.of(in.name(), form.constant(List.of(inputs, outputs), values, true)));
    }
    return new Act(out.name(), List.of(1, outputs));
  }

  // ------------------------------------------------------------------------------ requantization

  /** Behind sums of {@code depth} products: normalization by channel, or one factor. */
  private Act requantize(Act sums, int depth) {
    double spread = Math.sqrt(depth) * 9 * 80;
    if (exporter == Exporter.QUANTLAB) {
      int channels = sums.channels();
      double scale = 60 * (1 << 19) / spread;
      long[] mul = new long[channels];
      long[] add = new long[channels];
      for (int c = 0; c < channels; c++) {
        mul[c] = 1 + (long) (scale * (0.5 + plan.nextDouble()));
        add[c] = (long) (60.0 * (1 << 19) * plan.nextDouble());
      }
      List<Integer> dims = new ArrayList<>(Collections.nCopies(sums.dims().size() - 2, 1));
      dims.add(0, channels);
      Act out =
          combined("Mul", sums, form.constant(dims, mul, false), Protos.integer("mult_bits", 32));
      out = combined("Add", out, form.constant(dims, add, false), Protos.integer("add_bits", 32));
      return clipped(floor(divided(chain(out), 1 << 19)), 0, 255);
    }
    long m = 3L + plan.nextInt(20);
    boolean normalized = plan.nextInt(4) != 0;
    long kappa = normalized ? 200 : 1;
    long divisor = Long.highestOneBit((long) Math.max(2, spread * kappa * m / 80));
    divisor -= divisor > 8 && plan.nextBoolean() ? 1 : 0;
    Act out = sums;
    if (normalized) {
      int channels = sums.channels();
      long[] k = new long[channels];
      long[] l = new long[channels];
      for (int c = 0; c < channels; c++) {
        k[c] = (plan.nextInt(8) == 0 ? -1L : 1L) * (50 + plan.nextInt(200));
        l[c] = (long) (spread * 200 * (plan.nextDouble() - 0.3));
      }
      List<Integer> dims = new ArrayList<>(Collections.nCopies(sums.dims().size(), 1));
      dims.set(1, channels);
      out = combined("Mul", out, form.constant(dims, k, false));
      out = combined("Add", chain(out), form.constant(dims, l, false));
    }
    boolean inIntegers = form.plainly();
    if (inIntegers) {
      out = cast(out, TensorProto.DataType.INT64_VALUE);
    }
    out = divided(times(chain(out), m), divisor);
    if (inIntegers) {
      out = cast(cast(out, TensorProto.DataType.INT64_VALUE), TensorProto.DataType.FLOAT_VALUE);
    } else {
      out = floor(out);
    }
    return clipped(out, 0, 255);
  }

  private Act times(Act act, long factor) {
    return combined("Mul", act, form.scalar(factor));
  }

  private Act plus(Act act, long addend) {
    return combined("Add", act, form.scalar(addend));
  }

  private Act divided(Act act, long divisor) {
    return new Act(node("Div", List.of(act.name(), form.scalar(divisor))).name(), act.dims());
  }

  private Act floor(Act act) {
    return new Act(node("Floor", List.of(act.name())).name(), act.dims());
  }

  private Act cast(Act act, int type) {
    return new Act(
        node("Cast", List.of(act.name()), Protos.integer("to", type)).name(), act.dims());
  }

  private Act clipped(Act act, long min, long max) {
    boolean attributes = form.plainly();
    String clipped =
        attributes
            ? node(
                    "Clip",
                    List.of(act.name()),
                    Protos.real("min", (float) min),
                    Protos.real("max", (float) max))
                .name()
            : node("Clip", List.of(act.name(), form.scalar(min), form.scalar(max))).name();
    return new Act(clipped, act.dims());
  }

  private Act combined(String operator, Act act, String constant, AttributeProto... attributes) {
    return new Act(node(operator, either(act.name(), constant), attributes).name(), act.dims());
  }

  /** Two operands of which either may come first. */
  private List<String> either(String a, String b) {
    return form.oddly() ? List.of(b, a) : List.of(a, b);
  }

  // --------------------------------------------------------------------------------------- noise

  /** An activation behind operators that do nothing. */
  private Act noise(Act act) {
    if (form.plain) {
      return act;
    }
    String name = act.name();
    int what = form.random.nextInt(8);
    if (what == 0 && act.isPicture()) {
      Integer[] none = new Integer[2 * act.dims().size()];
      Arrays.fill(none, 0);
      name = zeros(name, none);
    } else if (what == 1) {
      name = node("Dropout", List.of(name)).name();
    } else if (what == 2) {
      long[] same = act.dims().stream().mapToLong(d -> d).toArray();
      same[0] = form.random.nextBoolean() ? 0 : 1;
      same[form.random.nextInt(same.length - 1) + 1] = -1;
      name = node("Reshape", List.of(name, form.shape(same))).name();
    } else if (what == 3) {
      name = cast(act, TensorProto.DataType.FLOAT_VALUE).name();
    }
    return chain(new Act(name, act.dims()));
  }

  /** As far as it may stand inside of a requantization. */
  private Act chain(Act act) {
    if (form.plain || form.random.nextInt(4) != 0) {
      return act;
    }
    return new Act(
        node(form.random.nextBoolean() ? "Identity" : "Dropout", List.of(act.name())).name(),
        act.dims());
  }

  // --------------------------------------------------------------------------------------- proto

  private Act kept(Act act) {
    acts.add(act);
    return act;
  }

  private Act node(String operator, List<String> inputs, AttributeProto... attributes) {
    return new Act(form.node(operator, inputs, attributes), List.of());
  }

  private String weights(List<Integer> dims) {
    return form.constant(dims, drawn(dims.stream().reduce(1, (a, b) -> a * b), -18, 18), true);
  }

  private long[] drawn(int number, int min, int max) {
    return plan.longs(number, min, max + 1L).toArray();
  }
}
