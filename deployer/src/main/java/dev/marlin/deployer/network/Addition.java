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

  @Override
  public List<Tensor> inputs() {
    return List.of(first, second);
  }

  @Override
  public long macs() {
    return 0;
  }
}
