package dev.marlin.deployer.network;

/** Type of a tensor's elements. */
public enum ElementType {
  UINT8(1, 0, 255),
  INT8(1, -128, 127),
  INT32(4, Integer.MIN_VALUE, Integer.MAX_VALUE);

  private final int bytes;
  private final int min;
  private final int max;

  ElementType(int bytes, int min, int max) {
    this.bytes = bytes;
    this.min = min;
    this.max = max;
  }

  /** Bytes of one element in memory. */
  public int bytes() {
    return bytes;
  }

  public int min() {
    return min;
  }

  public int max() {
    return max;
  }
}
