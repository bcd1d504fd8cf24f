package dev.marlin.deployer.network;

import java.util.List;
import java.util.Optional;

/**
 * Convolution, dense, grouped or depthwise.
 *
 * @param weights int8, output channel x kernel row x kernel column x input channel of the group
 *     (OHWI)
 * @param groups 1, or a common divisor of the input and output channels
 * @param bias one int32 for each output channel, or empty for none
 * @param requantization of the biased sum; empty: the output is the sum itself (INT32)
 */
public record Convolution(
    String name,
    Tensor input,
    Tensor output,
    Window window,
    int groups,
    byte[] weights,
    int[] bias,
    Optional<Requantization> requantization)
    implements Layer {

  @Override
  public List<Tensor> inputs() {
    return List.of(input);
  }

  @Override
  public long macs() {
    return (long) output.shape().elements()
        * window.kernelHeight()
        * window.kernelWidth()
        * (input.shape().channels() / groups);
  }

  /** Whether every channel is filtered alone. */
  public boolean isDepthwise() {
    return groups > 1 && groups == input.shape().channels() && groups == output.shape().channels();
  }

  /** Whether the window is a single pixel. */
  public boolean isPointwise() {
    return window.kernelHeight() == 1 && window.kernelWidth() == 1 && groups == 1;
  }
}
