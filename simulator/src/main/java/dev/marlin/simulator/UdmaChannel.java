package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/** One direction of a uDMA peripheral: three registers, one transfer going on and one waiting. */
final class UdmaChannel {
  final boolean transmit;
  @Nullable UdmaTransfer current;

  private final Udma udma;
  private final int socEvent;
  private int address;
  private int size;
  private boolean continuous;
  private int dataSize;
  private final Ring<UdmaTransfer> free = new Ring<>(UdmaTransfer[]::new, 2);
  private final Ring<UdmaTransfer> pending = new Ring<>(UdmaTransfer[]::new, 2);
  private final Event begin;

  UdmaChannel(Udma udma, ClockDomain clock, int socEvent, boolean transmit) {
    this.udma = udma;
    this.socEvent = socEvent;
    this.transmit = transmit;
    free.push(new UdmaTransfer());
    free.push(new UdmaTransfer());
    this.begin =
        new Event(clock) {
          @Override
          void fire() {
            beginTransfer();
          }
        };
  }

  boolean access(Request r, int offset) {
    switch (offset) {
      case 0 -> {
        if (r.write) {
          address = r.data;
        } else {
          r.data = address;
        }
      }
      case 4 -> {
        if (r.write) {
          size = r.data;
        } else {
          r.data = size;
        }
      }
      case 8 -> {
        if (r.write) {
          configure(r.data);
        } else {
          r.data =
              (continuous ? 1 : 0)
                  | dataSize << 1
                  | (free.isFull() ? 0 : 0x10)
                  | (free.isEmpty() ? 0x20 : 0);
          udma.polled(r, !free.isFull());
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void configure(int word) {
    continuous = (word & 1) != 0;
    dataSize = word >>> 1 & 1;
    if ((word & 0x20) != 0) {
      reset();
    }
    if ((word & 0x10) != 0) {
      enqueue();
    }
  }

  private void reset() {
    if (current != null) {
      free.push(current);
      current = null;
    }
    while (!pending.isEmpty()) {
      free.push(pending.pop());
    }
  }

  private void enqueue() {
    if (free.isEmpty() || size <= 0) {
      return;
    }
    UdmaTransfer transfer = free.pop();
    transfer.address = address;
    transfer.size = size;
    transfer.remaining = size;
    transfer.received = 0;
    transfer.continuous = continuous;
    pending.push(transfer);
    check();
  }

  private void check() {
    if (!pending.isEmpty() && current == null) {
      begin.domain.sync();
      begin.schedule(1);
    }
  }

  private void beginTransfer() {
    if (!pending.isEmpty() && current == null) {
      current = pending.pop();
      udma.ready(this);
    }
  }

  /** The current transfer has ended: raises its events and begins the next. */
  void finish() {
    UdmaTransfer done = current;
    if (done == null) {
      return;
    }
    free.push(done);
    current = null;
    udma.done(socEvent, transmit);
    if (done.continuous) {
      enqueue();
    }
    check();
  }
}
