package dev.marlin.deployer.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccumulatorsTest {
  private static final Window SINGLE = new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);

  @Test
  void theSumLiesBetweenNegativeAndPositiveWeightsTimesTheLargestInput() {
    assertThat(Accumulators.sum(layer(new byte[] {3, -2, 5}, 1, 0), 0))
        .isEqualTo(new Range(-2 * 255, 8 * 255));
  }

  @Test
  void theLargestMultiplierThatFits32BitsIsFound() {
    byte[] weights = {100, 100};
    long fits = Integer.MAX_VALUE / (200 * 255);
    assertThat(Accumulators.requantizationBits(layer(weights, fits, 0))).isEqualTo(32);
    assertThat(Accumulators.requantizationBits(layer(weights, fits + 1, 0))).isEqualTo(64);
  }

  @Test
  void theOffsetCountsInTheProof() {
    byte[] weights = {100, 100};
    long left = Integer.MAX_VALUE - 1000L * 200 * 255;
    assertThat(Accumulators.requantizationBits(layer(weights, 1000, left))).isEqualTo(32);
    assertThat(Accumulators.requantizationBits(layer(weights, 1000, left + 1))).isEqualTo(64);
  }

  @Test
  void aBiasCountsAsItIsFoldedIntoTheOffset() {
    byte[] weights = {1};
    int[] bias = {3_000_000};
    assertThat(Accumulators.requantizationBits(layer(weights, bias, requantization(1000, 0))))
        .isEqualTo(64);
    assertThat(
            Accumulators.requantizationBits(
                layer(weights, bias, requantization(1000, -2_000_000_000))))
        .isEqualTo(32);
  }

  @Test
  void everyChannelCountsInTheProof() {
    byte[] weights = {1, 100};
    long[] multiplier = {Integer.MAX_VALUE / 255, Integer.MAX_VALUE / 25500};
    assertThat(Accumulators.requantizationBits(channels(weights, multiplier))).isEqualTo(32);
    multiplier[1]++;
    assertThat(Accumulators.requantizationBits(channels(weights, multiplier))).isEqualTo(64);
  }

  private static Convolution channels(byte[] weights, long[] multiplier) {
    return new Convolution(
        "conv0",
        new Tensor("x", new Shape(1, 1, 1), ElementType.UINT8),
        new Tensor("y", new Shape(1, 1, weights.length), ElementType.UINT8),
        SINGLE,
        1,
        weights,
        new int[0],
        Optional.of(new Requantization(multiplier, new long[multiplier.length], 1024, 0, 255)));
  }

  @Test
  void sumsBeyond32BitsAreSeen() {
    byte[] weights = new byte[100_000];
    Arrays.fill(weights, (byte) 127);
    assertThat(Accumulators.sumsFit32(layer(weights, 1, 0))).isFalse();
    assertThat(Accumulators.sumsFit32(layer(new byte[] {127}, 1, 0))).isTrue();
  }

  @Test
  void constantsThatOverflow64BitsAreSeen() {
    assertThat(Accumulators.requantizationFits64(layer(new byte[] {1}, 1L << 31, 0))).isTrue();
    assertThat(Accumulators.requantizationFits64(layer(new byte[] {1}, 1L << 33, 0))).isFalse();
    assertThat(Accumulators.requantizationBits(layer(new byte[] {1}, 1L << 62, 0))).isEqualTo(64);
  }

  private static Convolution layer(byte[] weights, long multiplier, long offset) {
    return layer(weights, new int[0], requantization(multiplier, offset));
  }

  private static Convolution layer(byte[] weights, int[] bias, Requantization requantization) {
    return new Convolution(
        "conv0",
        new Tensor("x", new Shape(1, 1, weights.length), ElementType.UINT8),
        new Tensor("y", new Shape(1, 1, 1), ElementType.UINT8),
        SINGLE,
        1,
        weights,
        bias,
        Optional.of(requantization));
  }

  private static Requantization requantization(long multiplier, long offset) {
    return new Requantization(new long[] {multiplier}, new long[] {offset}, 1024, 0, 255);
  }
}
