package dev.marlin.deployer.network;

import java.util.List;

/**
 * Maximum or sum over a window cropped at the borders of the input. A window of one element is a
 * requantization alone.
 *
 * @param requantization of the maximum or of the sum; the average of K elements has divisor K
 */
public record Pooling(
    String name,
    Tensor input,
    Tensor output,
    Kind kind,
    Window window,
    Requantization requantization)
    implements Layer {

  /** What is taken of a window. */
  public enum Kind {
    MAX,
    AVERAGE
  }

  @Override
  public List<Tensor> inputs() {
    return List.of(input);
  }

  @Override
  public long macs() {
    return 0;
  }
}
