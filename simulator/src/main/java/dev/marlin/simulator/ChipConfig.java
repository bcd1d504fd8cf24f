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
 */
public record ChipConfig(
    int cores,
    int l1Bytes,
    int l2Bytes,
    int l3Bytes,
    int bankingFactor,
    Icache clusterIcache,
    Icache fcIcache) {

  /**
   * The shape of an instruction cache.
   *
   * @param sets number of sets, 1 to 4096, a power of two
   * @param ways lines in a set, 1 to 8, a power of two
   * @param lineBytes bytes in a line, 16 to 128, a power of two
   */
  public record Icache(int sets, int ways, int lineBytes) {
    public Icache {
      powerOfTwo("icache sets", sets, 1, 4096);
      powerOfTwo("icache ways", ways, 1, 8);
      powerOfTwo("icache line bytes", lineBytes, 16, 128);
    }

    /** Total size in bytes. */
    public int bytes() {
      return sets * ways * lineBytes;
    }
  }

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  public ChipConfig {
    range("cores", cores, 1, 16, "");
    powerOfTwo("l1Bytes", l1Bytes, 4 * KIB, MIB);
    range("l2Bytes", l2Bytes, 64 * KIB, 16 * MIB, " bytes");
    if (l2Bytes % (4 * KIB) != 0) {
      throw new IllegalArgumentException(
          "l2Bytes is " + l2Bytes + " but must be a multiple of " + 4 * KIB + ".");
    }
    range("l3Bytes", l3Bytes, 0, 16 * MIB, " bytes");
    range("bankingFactor", bankingFactor, 1, 16, "");
  }

  /** GAP8 as it is: 8 cores, 64 KiB L1 in 16 banks, 512 KiB L2, 8 MiB HyperRAM. */
  public static ChipConfig gap8() {
    return new ChipConfig(
        8, 64 * KIB, 512 * KIB, 8 * MIB, 2, new Icache(64, 4, 16), new Icache(16, 4, 16));
  }

  /** The same chip with another number of cluster cores. */
  public ChipConfig withCores(int newCores) {
    return new ChipConfig(
        newCores, l1Bytes, l2Bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache);
  }

  /** The same chip with another L1 size in bytes. */
  public ChipConfig withL1Bytes(int bytes) {
    return new ChipConfig(cores, bytes, l2Bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache);
  }

  /** The same chip with another L2 size in bytes. */
  public ChipConfig withL2Bytes(int bytes) {
    return new ChipConfig(cores, l1Bytes, bytes, l3Bytes, bankingFactor, clusterIcache, fcIcache);
  }

  /** The same chip with another HyperRAM size in bytes. */
  public ChipConfig withL3Bytes(int bytes) {
    return new ChipConfig(cores, l1Bytes, l2Bytes, bytes, bankingFactor, clusterIcache, fcIcache);
  }

  /** The same chip with another number of L1 banks per core. */
  public ChipConfig withBankingFactor(int factor) {
    return new ChipConfig(cores, l1Bytes, l2Bytes, l3Bytes, factor, clusterIcache, fcIcache);
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

  private static void powerOfTwo(String name, int value, int low, int high) {
    range(name, value, low, high, "");
    if (Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(name + " is " + value + " but must be a power of two.");
    }
  }
}
