package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Concatenation;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs a network on the host in the integers that GAP8 must reproduce bit by bit.
 *
 * <p>Sums are 32 bits wide, requantization 64. It is made for reading first and for speed second:
 * MobileNetV1 1.0-224 (569 million multiply-accumulates) takes about a second.
 */
public final class ReferenceInterpreter {
  private ReferenceInterpreter() {}

  /**
   * Runs all layers.
   *
   * @param input elements of the network's inputs, one behind the other, each in HWC order, in the
   *     range of its type
   * @return the output of every layer, in the order of {@link Network#layers}
   * @throws ModelException if the input has another size or range than the network's
   */
  public static List<Activation> run(Network network, int[] input) {
    Map<String, Activation> live = new HashMap<>();
    inputs(network, input).forEach(activation -> live.put(activation.tensor().name(), activation));
    List<Activation> outputs = new ArrayList<>();
    for (Layer layer : network.layers()) {
      List<Activation> operands =
          layer.inputs().stream().map(tensor -> operand(live, layer, tensor)).toList();
      Activation output = run(layer, operands);
      live.put(layer.output().name(), output);
      outputs.add(output);
    }
    return List.copyOf(outputs);
  }

  /**
   * Runs one layer.
   *
   * @param operands of {@link Layer#inputs}, in that order
   */
  public static Activation run(Layer layer, List<Activation> operands) {
    int[] values;
    if (layer instanceof Convolution l) {
      values = sums(l, operands.get(0));
      requantize(values, l.output(), l.bias(), l.requantization());
    } else if (layer instanceof FullyConnected l) {
      values = sums(l, operands.get(0));
      requantize(values, l.output(), l.bias(), l.requantization());
    } else if (layer instanceof Pooling l) {
      values = pooled(l, operands.get(0).values());
      requantize(values, l.output(), new int[0], Optional.of(l.requantization()));
    } else if (layer instanceof Concatenation l) {
      values = joined(l, operands.get(0).values(), operands.get(1).values());
    } else {
      values = added((Addition) layer, operands.get(0).values(), operands.get(1).values());
    }
    return new Activation(layer.output(), values);
  }

  /** The sums of a convolution before bias and requantization, HWC. */
  public static int[] sums(Convolution layer, Activation input) {
    return WeightedSums.of(layer, input.values());
  }

  /** The sums of a fully connected layer before bias and requantization. */
  public static int[] sums(FullyConnected layer, Activation input) {
    return WeightedSums.of(layer, input.values());
  }

  private static Activation operand(Map<String, Activation> live, Layer layer, Tensor tensor) {
    Activation operand = live.get(tensor.name());
    if (operand == null) {
      throw new IllegalArgumentException(
          "layer " + layer.name() + " reads " + tensor.name() + " before it is written");
    }
    return operand;
  }

  /**
   * The network's inputs.
   *
   * @param input as {@link #run(Network, int[])} takes it
   * @throws ModelException if it has another size or range than the network's
   */
  public static List<Activation> inputs(Network network, int[] input) {
    if (input.length != network.inputElements()) {
      throw new ModelException(
          String.format(
              "%s %d elements, the given input has %d",
              network.inputs().stream()
                  .map(tensor -> tensor.name() + " (" + tensor.shape().toChw() + ")")
                  .collect(
                      Collectors.joining(
                          " and ",
                          network.inputs().size() == 1
                              ? "the network's input "
                              : "the network's inputs ",
                          network.inputs().size() == 1 ? " has" : " have")),
              network.inputElements(),
              input.length));
    }
    List<Activation> inputs = new ArrayList<>();
    int from = 0;
    for (Tensor tensor : network.inputs()) {
      int end = from + tensor.shape().elements();
      ElementType type = tensor.type();
      for (int i = from; i < end; i++) {
        if (input[i] < type.min() || input[i] > type.max()) {
          throw new ModelException(
              String.format(
                  "input element %d is %d; %s holds %d..%d",
                  i, input[i], type, type.min(), type.max()));
        }
      }
      inputs.add(new Activation(tensor, Arrays.copyOfRange(input, from, end)));
      from = end;
    }
    return inputs;
  }

  private static void requantize(
      int[] values, Tensor output, int[] bias, Optional<Requantization> requantization) {
    int channels = output.shape().channels();
    if (bias.length > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] += bias[i % channels];
      }
    }
    if (requantization.isEmpty()) {
      return;
    }
    Requantizer requantizer = new Requantizer(requantization.get(), channels);
    requantizer.apply(values);
  }

  private static int[] pooled(Pooling layer, int[] input) {
    Shape in = layer.input().shape();
    Shape out = layer.output().shape();
    Window window = layer.window();
    boolean max = layer.kind() == Pooling.Kind.MAX;
    int channels = out.channels();
    int[] values = new int[out.elements()];
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        int at = (y * out.width() + x) * channels;
        boolean first = true;
        for (int i = 0; i < window.kernelHeight(); i++) {
          int row = y * window.strideHeight() - window.padTop() + i * window.dilationHeight();
          for (int j = 0; j < window.kernelWidth(); j++) {
            int column = x * window.strideWidth() - window.padLeft() + j * window.dilationWidth();
            if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
              continue;
            }
            int from = (row * in.width() + column) * channels;
            for (int c = 0; c < channels; c++) {
              int value = input[from + c];
              int before = values[at + c];
              values[at + c] = max ? (first ? value : Math.max(before, value)) : before + value;
            }
            first = false;
          }
        }
      }
    }
    return values;
  }

  private static int[] joined(Concatenation layer, int[] first, int[] second) {
    int a = layer.first().shape().channels();
    int b = layer.second().shape().channels();
    int[] values = new int[first.length + second.length];
    for (int pixel = 0; pixel * (a + b) < values.length; pixel++) {
      System.arraycopy(first, pixel * a, values, pixel * (a + b), a);
      System.arraycopy(second, pixel * b, values, pixel * (a + b) + a, b);
    }
    return values;
  }

  private static int[] added(Addition layer, int[] first, int[] second) {
    int[] values = new int[first.length];
    for (int i = 0; i < values.length; i++) {
      long sum =
          (long) layer.firstScaling().apply(first[i], 0)
              + layer.secondScaling().apply(second[i], 0);
      values[i] = layer.requantization().apply(sum, 0);
    }
    return values;
  }
}
