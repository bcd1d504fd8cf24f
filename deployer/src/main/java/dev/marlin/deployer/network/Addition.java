package dev.marlin.deployer.network;

import java.util.List;

/**
 * Residual addition: {@code y = requantization(first(a) + second(b))}. Each scaling belongs to its
 * tensor, not to a position.
 *
 * @param firstScaling applied to elements of {@code first} before the sum
 * @param secondScaling applied to elements of {@code second} before the sum
 */
public record Addition(
    String name,
    Tensor first,
    Tensor second,
    Tensor output,
    Requantization firstScaling,
    Requantization secondScaling,
    Requantization requantization)
    implements Layer {

  /**
   * Whether each operand is only multiplied and moved before the sum: nothing is divided, and no
   * value that it can have is clipped.
   */
  public boolean isLinear() {
    return isLinear(first, firstScaling) && isLinear(second, secondScaling);
  }

  private static boolean isLinear(Tensor tensor, Requantization scaling) {
    try {
      Range scaled =
          Range.of(tensor.type()).times(scaling.multiplier()[0]).plus(scaling.offset()[0]);
      return scaling.divisor() == 1
          && scaled.min() >= scaling.min()
          && scaled.max() <= scaling.max();
    } catch (ArithmeticException overflow) {
      return false;
    }
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(first, second);
  }

  @Override
  public long macs() {
    return 0;
  }
}
