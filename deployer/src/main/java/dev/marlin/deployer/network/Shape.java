package dev.marlin.deployer.network;

/**
 * Height x width x channels of a tensor; a one-dimensional signal has height 1.
 *
 * @param height rows, 1 or more
 * @param width columns, 1 or more
 * @param channels 1 or more
 */
public record Shape(int height, int width, int channels) {
  public Shape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "a tensor of " + height + "x" + width + "x" + channels + " (HWC) has no elements");
    }
  }

  /** Number of elements. */
  public int elements() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /** As people write it, for example {@code 32x100x100}: channels x height x width. */
  public String toChw() {
    return channels + "x" + height + "x" + width;
  }
}
