package dev.marlin.deployer.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RequantizationModeTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "2, 2",
    "3, 4",
    "5, 4",
    "6, 8",
    "45, 32",
    "46, 64",
    "2097151, 2097152",
    "16777215, 16777216",
    "16777217, 16777216"
  })
  void shiftsTakeTheNearestPowerOfTwoInTheLogarithm(long divisor, long expected) {
    assertThat(RequantizationMode.nearestPowerOfTwo(divisor)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(RequantizationMode.class)
  void averagesKeepTheNumberOfTheirElements(RequantizationMode mode) {
    Network network = pooling(new Window(7, 7, 1, 1, 1, 1, 0, 0, 0, 0), 49);
    Pooling layer = (Pooling) network.withRequantization(mode).layers().get(0);
    assertThat(layer.requantization().divisor()).isEqualTo(49);
  }

  @ParameterizedTest
  @CsvSource({"SHIFT, 64", "EXACT, 63"})
  void requantizationsOfSingleElementsFollowTheMode(RequantizationMode mode, long expected) {
    Network network = pooling(new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0), 63);
    Pooling layer = (Pooling) network.withRequantization(mode).layers().get(0);
    assertThat(layer.requantization().divisor()).isEqualTo(expected);
  }

  @Test
  void lowestTermsChangeNoResult() {
    Requantization requantization =
        new Requantization(
            new long[] {24 * 17, -24 * 5}, new long[] {24 * 1000, 24 * 77}, 1 << 20, 0, 255);
    Requantization lowest = requantization.inLowestTerms();
    assertThat(lowest.divisor()).isEqualTo(1 << 17);
    assertThat(lowest.multiplier()).containsExactly(3 * 17, -3 * 5);
    for (int sum = -2_000_000; sum < 2_000_000; sum += 997) {
      assertThat(lowest.apply(sum, 0)).isEqualTo(requantization.apply(sum, 0));
      assertThat(lowest.apply(sum, 1)).isEqualTo(requantization.apply(sum, 1));
    }
  }

  private static Network pooling(Window window, long divisor) {
    Tensor input = new Tensor("x", new Shape(7, 7, 4), ElementType.UINT8);
    Tensor output = new Tensor("y", window.output(input.shape(), 4), ElementType.UINT8);
    Requantization requantization =
        new Requantization(new long[] {1}, new long[] {0}, divisor, 0, 255);
    return new Network(
        "pool",
        input,
        List.of(new Pooling("p", input, output, Pooling.Kind.AVERAGE, window, requantization)),
        List.of(output));
  }
}
