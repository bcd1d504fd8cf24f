package dev.marlin.reports.rows;

/**
 * Where the cycles of a layer went. The four add up to the layer's cycles.
 *
 * @param compute the cluster works on tiles
 * @param dmaWait it waits for transfers between L2 and L1
 * @param l3Wait it waits for transfers between L3 and L2
 * @param overhead all else: describing tiles, barriers
 */
public record CycleSplit(long compute, long dmaWait, long l3Wait, long overhead) {
  public CycleSplit {
    if (compute < 0 || dmaWait < 0 || l3Wait < 0 || overhead < 0) {
      throw new IllegalArgumentException(
          "cycles split into " + compute + ", " + dmaWait + ", " + l3Wait + ", " + overhead);
    }
  }

  /** All of them. */
  public long sum() {
    return compute + dmaWait + l3Wait + overhead;
  }

  /** What the layer is bound by: the largest part. */
  public String bound() {
    long most = Math.max(Math.max(compute, dmaWait), Math.max(l3Wait, overhead));
    if (most == compute) {
      return "compute";
    }
    return most == l3Wait ? "L3" : most == dmaWait ? "L2" : "overhead";
  }
}
