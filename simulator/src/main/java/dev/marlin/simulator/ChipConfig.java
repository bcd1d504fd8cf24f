package dev.marlin.simulator;

/**
 * A GAP8, or a GAP8 that was never built: what of the chip a design space may vary.
 *
 * @param cores cluster cores, 1 to 16
 * @param l1Bytes cluster memory, 4 KiB to 1 MiB, a power of two
 * @param l2Bytes memory of the SoC, 64 KiB to 16 MiB, a multiple of 4 KiB
 * @param l3Bytes HyperRAM, 0 to 16 MiB (the address space before the flash)
 * @param bankingFactor L1 banks per core, 1 to 16; the number of banks is rounded down to a power
 *     of two
 * @param clusterIcache the cache that the cluster cores share
 * @param fcIcache the fabric controller's cache
 * @param l3Bus how fast HyperRAM and HyperFlash are
 * @param clocks how fast fabric controller and cluster run, relative to each other
 */
public record ChipConfig(
    int cores,
    int l1Bytes,
    int l2Bytes,
    int l3Bytes,
    int bankingFactor,
    Icache clusterIcache,
    Icache fcIcache,
    L3Bus l3Bus,
    Clocks clocks) {

  /**
   * The shape of an instruction cache.
   *
   * @param sets number of sets, 1 to 4096, a power of two
   * @param ways lines in a set, 1 to 8, a power of two
   * @param lineBytes bytes in a line, 16 to 128, a power of two
   */
  public record Icache(int sets, int ways, int lineBytes) {
    public Icache {
      powerOfTwo("icache sets", sets, 1, 4096, "");
      powerOfTwo("icache ways", ways, 1, 8, "");
      powerOfTwo("icache line bytes", lineBytes, 16, 128, "");
    }

    /** Total size in bytes. */
    public int bytes() {
      return sets * ways * lineBytes;
    }
  }

  /**
   * The speed of the bus to HyperRAM and HyperFlash, in cycles of the SoC clock. A transfer of N
   * bytes takes latency + 10 + N * 1000 / bandwidth cycles.
   *
   * @param latencyCycles from the start of a transfer to chip select, 1 to 100 000
   * @param milliBytesPerCycle thousandths of a byte in a cycle, 1 to 4000
   */
  public record L3Bus(int latencyCycles, int milliBytesPerCycle) {
    public L3Bus {
      range("L3 latency", latencyCycles, 1, 100_000, " cycles");
      range(
          "L3 bandwidth",
          milliBytesPerCycle,
          1,
          4000,
          " thousandths of a byte in a cycle (4 bytes)");
    }
  }

  /**
   * The clock ratio: in the time of {@code fc} cycles of the fabric controller (with L2, uDMA and
   * L3) the cluster (with L1 and its DMA) makes {@code cluster} cycles.
   *
   * @param fc 1 to 1000, for instance MHz
   * @param cluster 1 to 1000
   */
  public record Clocks(int fc, int cluster) {
    public Clocks {
      range("clock ratio (FC)", fc, 1, 1000, "");
      range("clock ratio (cluster)", cluster, 1, 1000, "");
    }

    /** Time steps of one cycle of the fabric controller. */
    int fcPeriod() {
      return cluster / divisor(fc, cluster);
    }

    /** Time steps of one cycle of the cluster. */
    int clusterPeriod() {
      return fc / divisor(fc, cluster);
    }

    private static int divisor(int a, int b) {
      return b == 0 ? a : divisor(b, a % b);
    }
  }

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  public ChipConfig {
    range("cores", cores, 1, 16, "");
    powerOfTwo("l1Bytes", l1Bytes, 4 * KIB, MIB, " bytes");
    range("l2Bytes", l2Bytes, 64 * KIB, 16 * MIB, " bytes");
    if (l2Bytes % (4 * KIB) != 0) {
      throw new IllegalArgumentException(
          "l2Bytes is " + l2Bytes + " but must be a multiple of " + 4 * KIB + ".");
    }
    range("l3Bytes", l3Bytes, 0, 16 * MIB, " bytes");
    range("bankingFactor", bankingFactor, 1, 16, "");
  }

  /**
   * GAP8 as gvsoc has it: 8 cores, 64 KiB L1 in 16 banks, 512 KiB L2, 8 MiB HyperRAM of a byte a
   * cycle, one clock for all.
   */
  public static ChipConfig gap8() {
    return new ChipConfig(
        8,
        64 * KIB,
        512 * KIB,
        8 * MIB,
        2,
        new Icache(64, 4, 16),
        new Icache(16, 4, 16),
        new L3Bus(72, 1000),
        new Clocks(1, 1));
  }

  /** The same chip with another number of cluster cores. */
  public ChipConfig withCores(int newCores) {
    return new ChipConfig(
        newCores, l1Bytes, l2Bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache, l3Bus, clocks);
  }

  /** The same chip with another L1 size in bytes. */
  public ChipConfig withL1Bytes(int bytes) {
    return new ChipConfig(
        cores, bytes, l2Bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache, l3Bus, clocks);
  }

  /** The same chip with another L2 size in bytes. */
  public ChipConfig withL2Bytes(int bytes) {
    return new ChipConfig(
        cores, l1Bytes, bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache, l3Bus, clocks);
  }

  /** The same chip with another HyperRAM size in bytes. */
  public ChipConfig withL3Bytes(int bytes) {
    return new ChipConfig(
        cores, l1Bytes, l2Bytes, bytes, bankingFactor, clusterIcache, fcIcache, l3Bus, clocks);
  }

  /** The same chip with another number of L1 banks per core. */
  public ChipConfig withBankingFactor(int factor) {
    return new ChipConfig(
        cores, l1Bytes, l2Bytes, l3Bytes, factor, clusterIcache, fcIcache, l3Bus, clocks);
  }

  /** The same chip with another instruction cache of the cluster. */
  public ChipConfig withClusterIcache(Icache icache) {
    return new ChipConfig(
        cores, l1Bytes, l2Bytes, l3Bytes, bankingFactor, icache, fcIcache, l3Bus, clocks);
  }

  /** The same chip with another instruction cache of the fabric controller. */
  public ChipConfig withFcIcache(Icache icache) {
    return new ChipConfig(
        cores, l1Bytes, l2Bytes, l3Bytes, bankingFactor, clusterIcache, icache, l3Bus, clocks);
  }

  /** The same chip with another speed of L3. */
  public ChipConfig withL3Bus(L3Bus bus) {
    return new ChipConfig(
        cores, l1Bytes, l2Bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache, bus, clocks);
  }

  /** The same chip with another clock ratio. */
  public ChipConfig withClocks(Clocks newClocks) {
    return new ChipConfig(
        cores, l1Bytes, l2Bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache, l3Bus, newClocks);
  }

  /** Number of L1 banks. */
  public int l1Banks() {
    return Integer.highestOneBit(cores * bankingFactor);
  }

  private static void range(String name, int value, int low, int high, String unit) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " is " + value + " but must be " + low + " to " + high + unit + ".");
    }
  }

  private static void powerOfTwo(String name, int value, int low, int high, String unit) {
    range(name, value, low, high, unit);
    if (Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(name + " is " + value + " but must be a power of two.");
    }
  }
}
