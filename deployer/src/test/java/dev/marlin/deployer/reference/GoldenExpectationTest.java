package dev.marlin.deployer.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoldenExpectationTest {
  private static final Shape SHAPE = new Shape(3, 4, 2);
  private static final int[] INPUT = SeededInput.forNetwork(network(1, 255));

  @Test
  void recordingsThatAreReproducedStand() {
    Network network = network(1, 255);
    GoldenFiles recorded = recorded(network);
    GoldenExpectation expectation = expectation(network, network, recorded);
    assertThat(expectation.remarks()).isEmpty();
    assertThat(expectation.outputs()).containsExactlyElementsOf(recorded.outputs());
  }

  @Test
  void sumsRecordedAbove255AreExplainedWithAllThatFollowsFromThem() {
    Network network = network(1, 255);
    GoldenExpectation expectation =
        expectation(network, network, recorded(network(1, Integer.MAX_VALUE)));
    assertThat(expectation.remarks()).hasSize(3);
    assertThat(expectation.remarks().get(0))
        .startsWith("the recordings are reproduced exactly in all 2 layers without the clip at 255")
        .doesNotContain("divisors");
    assertThat(expectation.remarks().get(1)).contains("layer 0 (add0)", "exceeds uint8");
    assertThat(expectation.remarks().get(2)).contains("layer 1 (requant1)", "largest difference");
    assertThat(expectation.outputs().get(1))
        .isEqualTo(ReferenceInterpreter.run(network, INPUT).get(1).values());
  }

  @Test
  void divisionsByOneLessThanAPowerOfTwoAreExplainedWhereAShiftIsDeployed() {
    Network exact = network(255, 255);
    Network shifted = RequantizationMode.SHIFT.apply(exact);
    GoldenExpectation expectation = expectation(shifted, exact, recorded(exact));
    assertThat(expectation.remarks().get(0)).contains("with the file's divisors");
    assertThat(expectation.outputs().get(0))
        .isEqualTo(ReferenceInterpreter.run(shifted, INPUT).get(0).values());
  }

  @Test
  void oneElementThatNothingExplainsLeavesTheRecordingsAsTheyAre() {
    Network network = network(1, 255);
    GoldenFiles recorded = recorded(network(1, Integer.MAX_VALUE));
    recorded.outputs().get(1)[5] ^= 1;
    GoldenExpectation expectation = expectation(network, network, recorded);
    assertThat(expectation.remarks()).isEmpty();
    assertThat(expectation.outputs()).isEqualTo(recorded.outputs());
  }

  private static GoldenExpectation expectation(Network network, Network exact, GoldenFiles files) {
    return GoldenExpectation.of(files, network, exact);
  }

  private static GoldenFiles recorded(Network network) {
    return new GoldenFiles(
        INPUT,
        ReferenceInterpreter.run(network, INPUT).stream().map(Activation::values).toList(),
        List.of());
  }

  /** The input added to itself, scaled by 200 / divisor, and a requantization to a third. */
  private static Network network(long divisor, int max) {
    Tensor x = new Tensor("x", SHAPE, ElementType.UINT8);
    Tensor sum = new Tensor("sum", SHAPE, ElementType.UINT8);
    Tensor y = new Tensor("y", SHAPE, ElementType.UINT8);
    Requantization same = new Requantization(new long[] {1}, new long[] {0}, 1, 0, 255);
    long multiplier = divisor == 1 ? 1 : 120;
    return new Network(
        "small",
        x,
        List.of(
            new Addition(
                "add0",
                x,
                x,
                sum,
                same,
                same,
                new Requantization(new long[] {multiplier}, new long[] {0}, divisor, 0, max)),
            new Pooling(
                "requant1",
                sum,
                y,
                Pooling.Kind.AVERAGE,
                new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0),
                new Requantization(new long[] {1}, new long[] {0}, 3, 0, 255))),
        List.of(y));
  }
}
