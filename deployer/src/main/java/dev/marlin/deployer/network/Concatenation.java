package dev.marlin.deployer.network;

import java.util.List;

/**
 * The channels of two tensors of the same height, width and type, one behind the other. More than
 * two are joined two at a time.
 *
 * @param first whose channels come first
 * @param second whose channels follow
 */
public record Concatenation(String name, Tensor first, Tensor second, Tensor output)
    implements Layer {
  public Concatenation {
    Shape joined =
        new Shape(
            first.shape().height(),
            first.shape().width(),
            first.shape().channels() + second.shape().channels());
    if (second.shape().height() != joined.height()
        || second.shape().width() != joined.width()
        || !output.shape().equals(joined)
        || first.type() != second.type()
        || output.type() != first.type()) {
      throw new IllegalArgumentException(
          "layer " + name + " joins " + first + " and " + second + " to " + output);
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
