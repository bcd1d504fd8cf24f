package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.network.Accumulators;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Layers whose numbers reach exactly the ends of 32 bits, and layers that go beyond by one: the
 * proof chooses the narrow and the wide arithmetic, and both give what the reference gives on the
 * inputs that reach the ends.
 */
final class OverflowEdgesTest {
  private static final int INPUTS = 64;
  private static final long MOST = 255L * 127 * INPUTS;
  private static final long LEAST = -255L * 128 * INPUTS;

  /** Channels that reach the largest and smallest int32, with multipliers of both signs. */
  private static FullyConnected layer(long beyond, long divisor, ElementType type) {
    long up = Integer.MAX_VALUE / MOST;
    long down = Integer.MIN_VALUE / LEAST;
    long lift = type.zero() * divisor; // what the output moves up by is part of the offset
    long[] multiplier = {up, down, -up, 5};
    long[] offset = {
      Integer.MAX_VALUE - up * MOST - lift + beyond,
      Integer.MIN_VALUE - down * LEAST - lift,
      Integer.MIN_VALUE + up * MOST - lift,
      77
    };
    byte[] weights = new byte[4 * INPUTS];
    Arrays.fill(weights, 0, INPUTS, (byte) 127);
    Arrays.fill(weights, INPUTS, 2 * INPUTS, (byte) -128);
    Arrays.fill(weights, 2 * INPUTS, 3 * INPUTS, (byte) 127);
    Arrays.fill(weights, 3 * INPUTS, 4 * INPUTS, (byte) 1);
    return new FullyConnected(
        "fc0",
        new Tensor("x", new Shape(1, 1, INPUTS), ElementType.UINT8),
        new Tensor("y", new Shape(1, 1, 4), type),
        weights,
        new int[0],
        Optional.of(new Requantization(multiplier, offset, divisor, type.min(), type.max())));
  }

  @ParameterizedTest(name = "{0} beyond, divisor {1}, {2}")
  @CsvSource({
    "0, 8388608, UINT8, 32",
    "1, 8388608, UINT8, 64",
    "0, 8388607, UINT8, 32",
    "1, 8388607, UINT8, 64",
    "0, 1, UINT8, 32",
    "0, 8388608, INT8, 32",
    "1, 8388608, INT8, 64",
    "123456789012, 1073741824, UINT8, 64"
  })
  void bothSidesOfTheEdgeAreRight(long beyond, long divisor, ElementType type, int bits) {
    Layer layer = layer(beyond, divisor, type);
    Tensor input = layer.inputs().get(0);
    Network network = new Network("edge", input, List.of(layer), List.of(layer.output()));
    assertThat(Accumulators.requantizationBits(layer)).isEqualTo(bits);
    Deployment deployment =
        SimulatedRun.deploy(
            network, DeploymentOptions.defaults().withRequantization(RequantizationMode.EXACT));
    int[][] inputs = {new int[INPUTS], new int[INPUTS], SimulatedRun.randomInput(network, 3)};
    Arrays.fill(inputs[1], 255);
    for (int[] values : inputs) {
      SimulatedRun run = SimulatedRun.of(deployment, values);
      assertThat(run.wrong()).as("input %s", Arrays.toString(values)).isEmpty();
      assertThat(run.layers()).isEqualTo(1);
    }
  }
}
