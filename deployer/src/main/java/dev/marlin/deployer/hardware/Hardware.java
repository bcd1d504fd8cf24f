package dev.marlin.deployer.hardware;

/**
 * The machine as the deployer sees it. Immutable; the {@code with} methods make variants.
 *
 * @param l1Bytes the cluster's memory, including what the runtime keeps for stacks
 * @param l2Bytes the chip's memory, including code, data and stacks of the program
 * @param l3Bytes HyperRAM
 * @param cores of the cluster that run the network, 1 to 16
 * @param clockHertz of cluster and fabric controller
 * @param dma cluster DMA, L2 to L1 and back
 * @param l3 uDMA and HyperBus, L3 to L2 and back
 */
public record Hardware(
    int l1Bytes,
    int l2Bytes,
    int l3Bytes,
    int cores,
    long clockHertz,
    TransferChannel dma,
    TransferChannel l3) {

  private static final int KIB = 1024;

  public Hardware {
    requireRange("L1 bytes", l1Bytes, 1, 4096 * KIB);
    requireRange("L2 bytes", l2Bytes, 1, 65536 * KIB);
    requireRange("L3 bytes", l3Bytes, 1, 65536 * KIB);
    requireRange("cores", cores, 1, 16);
    if (clockHertz < 1) {
      throw new IllegalArgumentException("a clock of " + clockHertz + " Hz");
    }
  }

  /**
   * GAP8: 64 KiB of L1, 512 KiB of L2, 8 MiB of HyperRAM, eight cores at 100 MHz. The cluster DMA
   * moves 8 bytes a cycle; a HyperRAM transfer costs about 82 cycles and then one cycle a byte.
   */
  public static Hardware gap8() {
    return new Hardware(
        64 * KIB,
        512 * KIB,
        8192 * KIB,
        8,
        100_000_000,
        new TransferChannel(8, 12),
        new TransferChannel(1, 82));
  }

  public Hardware withL1Bytes(int bytes) {
    return new Hardware(bytes, l2Bytes, l3Bytes, cores, clockHertz, dma, l3);
  }

  public Hardware withL2Bytes(int bytes) {
    return new Hardware(l1Bytes, bytes, l3Bytes, cores, clockHertz, dma, l3);
  }

  public Hardware withL3Bytes(int bytes) {
    return new Hardware(l1Bytes, l2Bytes, bytes, cores, clockHertz, dma, l3);
  }

  public Hardware withCores(int count) {
    return new Hardware(l1Bytes, l2Bytes, l3Bytes, count, clockHertz, dma, l3);
  }

  public Hardware withClockHertz(long hertz) {
    return new Hardware(l1Bytes, l2Bytes, l3Bytes, cores, hertz, dma, l3);
  }

  /** Milliseconds of {@code cycles} at this clock. */
  public double milliseconds(long cycles) {
    return 1e3 * cycles / clockHertz;
  }

  private static void requireRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + " is " + value + ", not within " + min + " to " + max);
    }
  }
}
