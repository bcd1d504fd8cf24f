package dev.marlin.simulator;

/** What a {@link Probe} may look at. */
public interface MachineView {
  /**
   * A register.
   *
   * @param core 0 to n-1: cluster core; n: fabric controller
   * @param index 0 to 31
   * @throws IndexOutOfBoundsException when there is no such core or register
   */
  int register(int core, int index);

  /**
   * A copy of bytes of L1 or L2.
   *
   * @param address of the first byte, as the fabric controller sees it (L1 from 0x10000000, L2 from
   *     0x1c000000)
   * @param length in bytes
   * @throws IllegalArgumentException when the range is not within one of the two
   */
  byte[] read(int address, int length);

  /**
   * A copy of bytes of HyperRAM.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @throws IllegalArgumentException when the range is not within the memory
   */
  byte[] readL3(int offset, int length);

  /** Cycles of the cluster since reset. */
  long cycle();
}
