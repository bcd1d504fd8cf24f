package dev.marlin.simulator;

/**
 * The cluster's shared memory: word-interleaved banks, one access a cycle each.
 *
 * <p>Whoever calls first gets the bank; later calls for the same cycle wait.
 */
final class L1 {
  static final int BASE = 0x1000_0000;

  final Memory memory;
  final int bankMask;

  /** First cycle in which each bank is free. */
  final long[] free;

  L1(ChipConfig chip) {
    this.memory = new Memory(BASE, chip.l1Bytes(), 0x57);
    int banks = chip.l1Banks();
    this.bankMask = banks - 1;
    this.free = new long[banks];
  }

  /** Takes the bank of an offset at the first free cycle; the cycles to wait until then. */
  int reserve(int offset, long now) {
    int bank = offset >>> 2 & bankMask;
    long start = Math.max(free[bank], now);
    free[bank] = start + 1;
    return (int) (start - now);
  }

  /** Whether all banks are free from a cycle on. */
  boolean isFree(long now) {
    for (long bank : free) {
      if (bank > now) {
        return false;
      }
    }
    return true;
  }
}
