package dev.marlin.deployer.network;

import java.util.List;
import java.util.Optional;

/**
 * Every output is a weighted sum of the whole input.
 *
 * @param weights int8, output x input, the input in HWC order
 * @param bias one int32 for each output, or empty for none
 * @param requantization of the biased sum; empty: the output is the sum itself (INT32)
 */
public record FullyConnected(
    String name,
    Tensor input,
    Tensor output,
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
    return (long) input.shape().elements() * output.shape().elements();
  }
}
