package dev.marlin.simulator;

import java.util.Arrays;

/**
 * The SoC event unit: numbered events of the SoC, masked (1 = blocked), for the FIFO of the fabric
 * controller's event unit.
 */
final class SocEvents {
  private static final int FIRST_SOFTWARE_EVENT = 48;
  private static final int SOFTWARE_EVENTS = 8;

  private final SocEventFifo fifo;

  /** FC MSB, FC LSB, cluster MSB, LSB, peripherals MSB, LSB. */
  private final int[] masks = new int[6];

  SocEvents(SocEventFifo fifo) {
    this.fifo = fifo;
    Arrays.fill(masks, -1);
  }

  void trigger(int event) {
    int mask = event < 32 ? masks[1] : masks[0];
    if ((mask >>> event & 1) == 0) {
      fifo.push(event);
    }
  }

  boolean access(Request r, int offset) {
    if (r.size != 4) {
      return false;
    }
    if (offset == 0) {
      for (int i = 0; i < SOFTWARE_EVENTS && r.write; i++) {
        if ((r.data >>> i & 1) != 0) {
          trigger(FIRST_SOFTWARE_EVENT + i);
        }
      }
      return r.write;
    }
    int mask = (offset - 4) >> 2;
    if (mask < 0 || mask >= masks.length) {
      return false;
    }
    if (r.write) {
      masks[mask] = r.data;
    } else {
      r.data = masks[mask];
    }
    return true;
  }
}
