package dev.marlin.deployer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;

/** Compares networks with the ONNX graphs that they were read from, or expects a refusal. */
final class Agreement {
  private Agreement() {}

  /** {@link #agrees(ModelProto, int)} for a model as {@link OnnxText} writes it. */
  static Network agrees(String text, int layers) {
    return agrees(OnnxText.model(text), layers);
  }

  /** Reads and runs a model, and compares each output with the graph's own. */
  static Network agrees(ModelProto model, int layers) {
    Network network = NetworkReader.read(model.toByteArray(), "test");
    assertThat(network.layers()).as("layers").hasSize(layers);
    int[] input = SeededInput.forNetwork(network);
    Map<String, OnnxEvaluator.Array> expected = OnnxEvaluator.evaluate(model, chw(network, input));
    List<Activation> got = ReferenceInterpreter.run(network, input);
    for (Tensor output : network.outputs()) {
      int at = layer(network, output);
      double[] actual = chw(got.get(at).values(), output.shape());
      assertThat(actual)
          .as("output %s", output.name())
          .isEqualTo(expected.get(output.name()).values());
      assertThat(IntStream.of(got.get(at).values()).distinct().count())
          .as("distinct outputs")
          .isGreaterThan(1);
    }
    return network;
  }

  /** The inputs of {@code network}, one behind the other, each channel by channel. */
  static double[] chw(Network network, int[] input) {
    return ReferenceInterpreter.inputs(network, input).stream()
        .flatMapToDouble(one -> DoubleStream.of(chw(one.values(), one.tensor().shape())))
        .toArray();
  }

  private static int layer(Network network, Tensor output) {
    List<Tensor> outputs = network.layers().stream().map(Layer::output).toList();
    assertThat(outputs).contains(output);
    return outputs.indexOf(output);
  }

  private static double[] chw(int[] hwc, Shape shape) {
    double[] chw = new double[hwc.length];
    int pixels = shape.height() * shape.width();
    for (int i = 0; i < hwc.length; i++) {
      chw[i % shape.channels() * pixels + i / shape.channels()] = hwc[i];
    }
    return chw;
  }

  /** What is said of a model that cannot be read. */
  static AbstractThrowableAssert<?, ? extends Throwable> refused(String text) {
    byte[] model = OnnxText.model(text).toByteArray();
    return assertThatThrownBy(() -> NetworkReader.read(model, "test"))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("test: ");
  }
}
