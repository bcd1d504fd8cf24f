package dev.marlin.deployer.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.onnx.RandomModels.Exporter;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * However a network is written, it is read as the same network, which computes what the graph's own
 * operators compute.
 */
class RandomModelsTest {
  private static final int PLANS = 60;
  private static final int STYLES = 4;

  @ParameterizedTest
  @EnumSource
  void everyFormOfANetworkIsReadAsTheSameNetwork(Exporter exporter) {
    for (int plan = 1; plan <= PLANS; plan++) {
      List<String> plain = described(read(exporter, plan, 0, false));
      for (int style = 1; style <= STYLES; style++) {
        assertThat(described(read(exporter, plan, style, false)))
            .as("%s, plan %d, style %d", exporter, plan, style)
            .isEqualTo(plain);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyNetworkComputesWhatItsGraphComputes(Exporter exporter) {
    int alive = 0;
    for (int plan = 1; plan <= PLANS; plan++) {
      ModelProto model = RandomModels.model(exporter, plan, plan % 5, plan % 2 == 0);
      Network network = NetworkReader.read(model.toByteArray(), "plan" + plan);
      int[] input = SeededInput.forNetwork(network);
      Map<String, OnnxEvaluator.Array> expected =
          OnnxEvaluator.evaluate(model, Agreement.chw(network, input));
      List<Activation> got = ReferenceInterpreter.run(network, input);
      for (int i = 0; i < got.size(); i++) {
        Tensor output = network.layers().get(i).output();
        if (expected.containsKey(output.name())) {
          assertThat(chw(got.get(i).values(), output.shape()))
              .as("%s, plan %d, layer %d %s", exporter, plan, i, network.layers().get(i).name())
              .isEqualTo(expected.get(output.name()).values());
          alive += Arrays.stream(got.get(i).values()).distinct().count() > 3 ? 1 : 0;
        }
      }
    }
    assertThat(alive).as("layers whose outputs vary").isGreaterThan(4 * PLANS);
  }

  private static Network read(Exporter exporter, long plan, long style, boolean shuffled) {
    return NetworkReader.read(
            RandomModels.model(exporter, plan, style, shuffled).toByteArray(), "plan" + plan)
        .withRequantization(RequantizationMode.EXACT);
  }

  /** Everything but names; operands of an addition with their scalings, in no order. */
  private static List<String> described(Network network) {
    Map<String, Integer> positions = new HashMap<>();
    positions.put(network.input().name(), 0);
    List<String> lines = new ArrayList<>();
    for (Layer layer : network.layers()) {
      List<String> line = new ArrayList<>();
      line.add(layer.getClass().getSimpleName());
      List<Integer> inputs = layer.inputs().stream().map(t -> positions.get(t.name())).toList();
      line.add(layer.output().shape() + " " + layer.output().type());
      if (layer instanceof Addition l) {
        List<String> operands =
            new ArrayList<>(
                List.of(
                    inputs.get(0) + described(l.firstScaling()),
                    inputs.get(1) + described(l.secondScaling())));
        operands.sort(null);
        line.add(operands + described(l.requantization()));
      } else {
        line.add(inputs.toString());
      }
      if (layer instanceof Convolution l) {
        line.add(l.window() + " " + l.groups() + " " + Arrays.hashCode(l.weights()));
        line.add(
            Arrays.toString(l.bias())
                + l.requantization().map(RandomModelsTest::described).orElse("raw"));
      } else if (layer instanceof FullyConnected l) {
        line.add(Arrays.hashCode(l.weights()) + Arrays.toString(l.bias()));
        line.add(l.requantization().map(RandomModelsTest::described).orElse("raw"));
      } else if (layer instanceof Pooling l) {
        line.add(l.kind() + " " + l.window() + described(l.requantization()));
      }
      positions.put(layer.output().name(), positions.size());
      lines.add(String.join("; ", line));
    }
    lines.add(network.outputs().stream().map(t -> positions.get(t.name())).toList().toString());
    return lines;
  }

  private static String described(Requantization r) {
    return Arrays.toString(r.multiplier())
        + Arrays.toString(r.offset())
        + r.divisor()
        + " "
        + r.min()
        + ".."
        + r.max();
  }

  private static double[] chw(int[] hwc, Shape shape) {
    double[] chw = new double[hwc.length];
    int pixels = shape.height() * shape.width();
    for (int i = 0; i < hwc.length; i++) {
      chw[i % shape.channels() * pixels + i / shape.channels()] = hwc[i];
    }
    return chw;
  }
}
