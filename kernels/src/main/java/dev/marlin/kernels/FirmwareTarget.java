package dev.marlin.kernels;

/**
 * The chip that a program is built for.
 *
 * @param cores cores of the cluster that run it, 1 to {@link RuntimeLayout#MAX_CORES}
 * @param l1Bytes size of L1
 * @param l2Bytes size of L2
 */
public record FirmwareTarget(int cores, int l1Bytes, int l2Bytes) {

  /** GAP8: 8 cores, 64 KiB of L1, 512 KiB of L2. */
  public static final FirmwareTarget GAP8 = new FirmwareTarget(8, 64 * 1024, 512 * 1024);

  public FirmwareTarget {
    if (cores < 1 || cores > RuntimeLayout.MAX_CORES) {
      throw new IllegalArgumentException(
          "cores is " + cores + ", not 1 to " + RuntimeLayout.MAX_CORES);
    }
  }
}
