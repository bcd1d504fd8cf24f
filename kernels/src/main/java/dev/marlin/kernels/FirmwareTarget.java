package dev.marlin.kernels;

/**
 * The chip that a program is built for.
 *
 * @param cores cores of the cluster that run it, 1 to {@link RuntimeLayout#MAX_CORES}
 * @param l1Bytes size of L1
 * @param l2Bytes size of L2
 * @param revision of the silicon, 1 to {@value #LATEST_REVISION}: before the third, every
 *     two-dimensional DMA transfer must have ended before the next starts
 */
public record FirmwareTarget(int cores, int l1Bytes, int l2Bytes, int revision) {

  /** The revision that is sold. */
  public static final int LATEST_REVISION = 3;

  /** GAP8: 8 cores, 64 KiB of L1, 512 KiB of L2. */
  public static final FirmwareTarget GAP8 = new FirmwareTarget(8, 64 * 1024, 512 * 1024);

  /** A chip of the latest revision. */
  public FirmwareTarget(int cores, int l1Bytes, int l2Bytes) {
    this(cores, l1Bytes, l2Bytes, LATEST_REVISION);
  }

  public FirmwareTarget {
    if (revision < 1 || revision > LATEST_REVISION) {
      throw new IllegalArgumentException(
          "revision is " + revision + ", not 1 to " + LATEST_REVISION);
    }
    if (cores < 1 || cores > RuntimeLayout.MAX_CORES) {
      throw new IllegalArgumentException(
          "cores is " + cores + ", not 1 to " + RuntimeLayout.MAX_CORES);
    }
  }
}
