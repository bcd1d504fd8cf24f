package dev.marlin.kernels;

/**
 * The 32-bit hash that a program prints of a layer's output, twin of {@code output_hash} in run.c:
 * h = number of bytes; then for every little-endian word, the last one filled up with zeros, {@code
 * h = rotateLeft((h ^ word) * 0x85ebca6b, 13)}. It depends on the order of the bytes.
 */
public final class OutputHash {

  private OutputHash() {}

  /**
   * Returns the hash.
   *
   * @param output the tensor as it lies in memory: HWC, 1 byte an element or 4 in little-endian
   *     order
   */
  public static int of(byte[] output) {
    int hash = output.length;
    for (int i = 0; i < output.length; i += 4) {
      int word = 0;
      for (int k = 0; k < 4 && i + k < output.length; k++) {
        word |= (output[i + k] & 0xff) << (8 * k);
      }
      hash = Integer.rotateLeft((hash ^ word) * 0x85ebca6b, 13);
    }
    return hash;
  }
}
