package dev.marlin.reports.rows;

/**
 * How a network was deployed and run: everything of a design point but the network.
 *
 * @param l1Bytes size of L1
 * @param l2Bytes size of L2
 * @param l3Bytes size of L3
 * @param cores cores of the cluster
 * @param clockHertz of cluster and fabric controller
 * @param tiling name of the tiling policy
 * @param heuristics weights that differ from the policy's own, {@code name=weight} separated by
 *     blanks; empty: none
 * @param toolchain name of the cross-compiler
 * @param requantization {@code shift} or {@code exact}
 * @param executor what ran it
 * @param chip what else differs from GAP8; empty: nothing
 */
public record Setup(
    long l1Bytes,
    long l2Bytes,
    long l3Bytes,
    int cores,
    long clockHertz,
    String tiling,
    String heuristics,
    String toolchain,
    String requantization,
    String executor,
    String chip) {

  private static final long GAP8_L1 = 64 << 10;
  private static final long GAP8_L2 = 512 << 10;
  private static final int GAP8_CORES = 8;

  /** GAP8's own memories and cores at 100 MHz, the policy {@code cycles}, the simulator. */
  public static Setup gap8() {
    return new Setup(
        GAP8_L1,
        GAP8_L2,
        8 << 20,
        GAP8_CORES,
        100_000_000,
        "cycles",
        "",
        "auto",
        "exact",
        "embedded",
        "");
  }

  /** Whether a network could have run like this on the chip that was built. */
  public boolean isGap8() {
    return l1Bytes <= GAP8_L1 && l2Bytes <= GAP8_L2 && cores <= GAP8_CORES && chip.isEmpty();
  }

  /** Bytes of L1 and L2 together: what a smaller chip would save. */
  public long memoryBytes() {
    return l1Bytes + l2Bytes;
  }

  /** The clock, for example {@code 100 MHz}. */
  public String clock() {
    return Units.hertz(clockHertz);
  }

  /** The policy and its weights. */
  public String policy() {
    return heuristics.isEmpty() ? tiling : tiling + " " + heuristics;
  }

  /** The memories, for example {@code 64 KiB / 512 KiB}. */
  public String memories() {
    return Units.bytes(l1Bytes) + " / " + Units.bytes(l2Bytes);
  }

  public Setup withMemories(long l1, long l2) {
    return new Setup(
        l1,
        l2,
        l3Bytes,
        cores,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor,
        chip);
  }

  public Setup withCores(int count) {
    return new Setup(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        count,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor,
        chip);
  }

  public Setup withTiling(String policy, String weights) {
    return new Setup(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        clockHertz,
        policy,
        weights,
        toolchain,
        requantization,
        executor,
        chip);
  }

  public Setup withExecutor(String name) {
    return new Setup(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        name,
        chip);
  }

  public Setup withClockHertz(long hertz) {
    return new Setup(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        hertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor,
        chip);
  }
}
