package dev.marlin.simulator;

/**
 * A DMA transfer as a core has written it, word by word, and how much of it is still to be cut into
 * bursts.
 */
final class DmaCommand {
  static final int MAX_BURST = 256;

  final DmaChannel channel;
  int step;

  int size;
  boolean out;
  boolean twoDimensional;
  boolean raiseEvent;
  boolean raiseIrq;
  boolean broadcast;
  int counter;
  int local;
  int external;
  int lineBytes;
  int stride;

  /** When its first burst began, if anybody wants to know. */
  long began;

  /** Bytes not yet in a burst. */
  int left;

  /** Bytes not yet at their destination. */
  int unfinished;

  private int firstLocal;
  private int firstExternal;
  private int lineLeft;
  private int lineStart;

  DmaCommand(DmaChannel channel) {
    this.channel = channel;
  }

  /** Takes the next word; true when the command is complete. */
  boolean add(int word, int currentCounter) {
    switch (step++) {
      case 0 -> {
        size = word & 0xffff;
        out = (word & 1 << 16) == 0;
        twoDimensional = (word & 1 << 18) != 0;
        raiseEvent = (word & 1 << 19) != 0;
        raiseIrq = (word & 1 << 20) != 0;
        broadcast = (word & 1 << 21) != 0;
        counter = currentCounter;
        left = size;
        unfinished = size;
        return false;
      }
      case 1 -> {
        local = word & 0xfffff;
        firstLocal = local;
        return false;
      }
      case 2 -> {
        external = word;
        firstExternal = word;
        return !twoDimensional;
      }
      default -> {
        lineBytes = word & 0x7fff;
        stride = word >>> 16 & 0x7fff;
        lineLeft = lineBytes;
        lineStart = external;
        return true;
      }
    }
  }

  /** Fills in the next burst. */
  void cut(DmaBurst burst) {
    burst.owner = this;
    burst.size = Math.min(twoDimensional ? lineLeft : left, MAX_BURST);
    burst.local = local;
    burst.external = external;
    burst.done = 0;
    burst.apartIn = -1;
    local = local + burst.size & 0xfffff;
    external += burst.size;
    left -= burst.size;
    if (twoDimensional) {
      lineLeft -= burst.size;
      if (lineLeft == 0) {
        lineLeft = lineBytes;
        lineStart += stride;
        external = lineStart;
      }
    }
  }

  @Override
  public String toString() {
    return size
        + " bytes "
        + (out ? "from" : "to")
        + " L1+0x"
        + Integer.toHexString(firstLocal)
        + (out ? " to 0x" : " from 0x")
        + Integer.toHexString(firstExternal)
        + (twoDimensional ? ", lines of " + lineBytes + " every " + stride : "")
        + ", channel "
        + channel.index;
  }
}
