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

  /**
   * The byte that stands for 0 in memory: an element x of 8 bits is stored as x + zero(), so that
   * every kernel multiplies unsigned bytes.
   */
  public int zero() {
    return this == INT8 ? 128 : 0;
  }

  public int min() {
    return min;
  }

  public int max() {
    return max;
  }
}
