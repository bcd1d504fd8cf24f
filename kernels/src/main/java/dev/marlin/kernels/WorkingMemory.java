package dev.marlin.kernels;

/**
 * L1 that a kernel needs beside its operands: a part for each core, core 0 first, then what all
 * share. The C code is told {@code coreBytes} ({@code core_scratch} of {@code tile.h}) and computes
 * no sizes of its own.
 *
 * @param coreBytes bytes of the part of one core, a multiple of 4
 * @param sharedBytes bytes behind the parts, a multiple of 4
 */
public record WorkingMemory(int coreBytes, int sharedBytes) {

  /** Of a kernel that needs none. */
  public static final WorkingMemory NONE = new WorkingMemory(0, 0);

  /** Checks the numbers. */
  public WorkingMemory {
    if (coreBytes < 0 || sharedBytes < 0 || coreBytes % 4 != 0 || sharedBytes % 4 != 0) {
      throw new IllegalArgumentException(
          "working memory of " + coreBytes + " and " + sharedBytes + " bytes: not whole words");
    }
  }

  /** Bytes that all cores together need. */
  public int bytes(int cores) {
    return Math.addExact(Math.multiplyExact(cores, coreBytes), sharedBytes);
  }
}
