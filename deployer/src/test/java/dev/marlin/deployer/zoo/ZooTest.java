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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ZooTest {

  /** Every name that the zoo lists, and single layers besides. */
  static Stream<String> models() {
    return Stream.concat(
            Zoo.names().stream(),
            Stream.of("conv_3x3_s1_32x32x64_64", "dw_5x5_s2_17x9x24", "fc_1024_1000"))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("models")
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
  void otherFamiliesHaveTheirPublishedGeometry() {
    assertThat(Models.load("mobilenet_v2_1.0_128").layers()).hasSize(64);
    assertThat(Models.load("mobilenet_v2_1.0_224").macs()).isEqualTo(300_774_272);
    assertThat(Models.load("resnet8").macs()).isEqualTo(12_501_632);
    assertThat(Models.load("dscnn").macs()).isEqualTo(2_656_768);
    assertThat(Models.load("autoencoder").macs()).isEqualTo(264_192);
    assertThat(Models.load("dronet").macs()).isEqualTo(41_103_104);
    assertThat(Models.load("penguinet").layers()).hasSize(9);
  }

  @Test
  void aSingleLayerHasTheGeometryOfItsName() {
    Network network = Models.load("conv_5x3_s2_32x16x8_24");
    assertThat(network.layers()).hasSize(1);
    assertThat(network.input().shape()).isEqualTo(new Shape(32, 16, 8));
    assertThat(network.layers().get(0).output().shape()).isEqualTo(new Shape(16, 8, 24));
    assertThatThrownBy(() -> Models.load("conv_3x3_s1_99999x99999x64_64"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("too large");
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
