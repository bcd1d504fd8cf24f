package dev.marlin.deployer.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.deployer.network.Accumulators;
import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZooTest {

  @ParameterizedTest
  @ValueSource(strings = {"mobilenet_v1_0.25_128", "mobilenet_v1_0.5_160", "mobilenet_v1_1.0_224"})
  void noLayerIsDeadOrSaturatedAndShortRequantizationSuffices(String name) {
    Network network = Models.load(name);
    List<Activation> outputs = ReferenceInterpreter.run(network, SeededInput.forNetwork(network));
    for (int i = 0; i < outputs.size(); i++) {
      Layer layer = network.layers().get(i);
      assertThat(Accumulators.requantizationBits(layer)).as(layer.name()).isEqualTo(32);
      if (layer.output().type() == ElementType.UINT8) {
        checkAlive(layer, outputs.get(i).values());
      }
    }
  }

  private static void checkAlive(Layer layer, int[] values) {
    double count = values.length;
    double nonzero = Arrays.stream(values).filter(v -> v > 0).count() / count;
    double saturated = Arrays.stream(values).filter(v -> v == 255).count() / count;
    long distinct = Arrays.stream(values).distinct().count();
    // Averages, maxima and sums of two are seldom zero, and need not be.
    boolean mixes = layer instanceof Pooling || layer instanceof Addition;
    assertThat(nonzero).as("%s: part not zero", layer.name()).isBetween(0.05, mixes ? 1 : 0.95);
    assertThat(saturated).as("%s: part at 255", layer.name()).isLessThan(0.05);
    assertThat(distinct).as("%s: distinct values", layer.name()).isGreaterThan(5);
  }

  @Test
  void mobileNetHasItsPublishedGeometry() {
    Network network = Models.load("mobilenet_v1_1.0_128");
    assertThat(network.layers()).hasSize(29);
    assertThat(network.macs()).isEqualTo(186_400_768);
    assertThat(network.layers().get(26).output().shape()).isEqualTo(new Shape(4, 4, 1024));
    assertThat(network.layers().get(28).output().shape()).isEqualTo(new Shape(1, 1, 1000));
    assertThat(network.outputs()).containsExactly(network.layers().get(28).output());
  }

  @Test
  void theSameNameGivesTheSameBytes() {
    assertThat(Zoo.model("mobilenet_v1_0.25_128"))
        .isEqualTo(Zoo.model("mobilenet_v1_0.25_128"))
        .isNotEqualTo(Zoo.model("mobilenet_v1_0.25_160"));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearest() {
    assertThatThrownBy(() -> Models.load("mobilenet_v1_1.0_129"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("mobilenet_v1_1.0_129")
        .hasMessageContaining("'mobilenet_v1_1.0_128'");
  }
}
