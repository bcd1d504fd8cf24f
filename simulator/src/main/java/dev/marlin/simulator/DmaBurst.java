package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/** Up to 256 bytes of a transfer that move together. Used again and again. */
final class DmaBurst {
  final byte[] data = new byte[DmaCommand.MAX_BURST];
  @Nullable DmaCommand owner;
  int local;
  int external;
  int size;
  int done;

  /** How many slices had begun when none used the burst's part of L1. */
  long apartIn;

  DmaCommand command() {
    if (owner == null) {
      throw new IllegalStateException("The burst belongs to no transfer");
    }
    return owner;
  }
}
