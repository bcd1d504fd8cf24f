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

  DmaCommand command() {
    if (owner == null) {
      throw new IllegalStateException("The burst belongs to no transfer");
    }
    return owner;
  }
}
