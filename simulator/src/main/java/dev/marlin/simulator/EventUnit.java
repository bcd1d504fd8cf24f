package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Event unit v3: 32 events a core, masks, sleeping, and the interrupt request of each core;
 * barriers, mutex and dispatcher on top.
 *
 * <p>The cluster has one for its cores, the fabric controller one for itself. A core sleeps by a
 * load that is not answered. A sleeping core goes on 6 cycles after the answer, a core whose event
 * is there already 8 cycles after its load.
 */
final class EventUnit {
  static final int BARRIER_EVENT = 16;
  static final int MUTEX_EVENT = 17;
  static final int DISPATCH_EVENT = 18;

  private static final int REQUEST_LATENCY = 6;
  private static final int PENDING_LATENCY = 2;

  /** What a core is waiting for. */
  enum Wait {
    NONE,
    EVENT,
    BARRIER,
    SKIP_NEXT
  }

  /** The lines of one core. */
  private static final class Lines {
    final Core core;
    int pending;
    int eventMask;
    int irqMask;
    int clearOnWake;
    Wait wait = Wait.NONE;
    boolean awake = true;
    boolean interrupted;
    int interruptedValue;
    int requested = -1;
    @Nullable Request sleeping;

    Lines(Core core) {
      this.core = core;
    }
  }

  private final Lines[] lines;
  private final int firstCore;
  private final Barriers barriers = new Barriers(this);
  private final Mutex mutex = new Mutex(this);
  private final Dispatcher dispatcher;
  final SocEventFifo fifo;

  /**
   * An event unit for some cores.
   *
   * @param fifoEvent raised while the FIFO of SoC events holds something; -1 for none
   */
  EventUnit(Core[] cores, int fifoEvent) {
    this.lines = new Lines[cores.length];
    this.firstCore = cores[0].index;
    for (int i = 0; i < cores.length; i++) {
      lines[i] = new Lines(cores[i]);
      cores[i].unit.connect(this);
    }
    this.dispatcher = new Dispatcher(this, cores.length);
    this.fifo = new SocEventFifo(this, fifoEvent);
  }

  /** Raises events on the cores of a mask; an empty mask means all. */
  void raise(int events, int coreMask) {
    for (int i = 0; i < lines.length; i++) {
      if (coreMask == 0 || (coreMask >>> i & 1) != 0) {
        lines[i].pending |= events;
        check(lines[i]);
      }
    }
  }

  /** Access through the view that all masters share. */
  boolean shared(Request r, int offset) {
    if (r.size != 4) {
      return false;
    }
    if (offset < 0x400) {
      int core = offset >> 6;
      return core < lines.length && register(lines[core], r, offset & 0x3f);
    }
    if (offset >= 0x600 && offset < 0x700) {
      return trigger(r, offset - 0x600);
    }
    if (offset >= 0x700 && offset < 0x800) {
      return fifo.access(r);
    }
    return false;
  }

  /** Access through a core's private view. */
  boolean own(Request r, int offset) {
    Lines l = lines[r.core.index - firstCore];
    l.interrupted = false;
    if (r.size != 4) {
      return false;
    }
    if (l.wait == Wait.SKIP_NEXT) {
      l.wait = Wait.NONE;
      r.data = l.interruptedValue;
      return true;
    }
    int core = r.core.index - firstCore;
    if (offset < 0x40) {
      return register(l, r, offset);
    }
    if (offset < 0x80) {
      return false;
    }
    if (offset < 0xc0) {
      return dispatcher.access(r, offset - 0x80, core);
    }
    if (offset < 0x100) {
      return offset == 0xc0 && mutex.access(r, core);
    }
    if (offset < 0x200) {
      return trigger(r, offset - 0x100);
    }
    return offset < 0x300 && barriers.access(r, offset - 0x200, core);
  }

  private boolean trigger(Request r, int offset) {
    if (offset < 0x20) {
      if (!r.write) {
        return false;
      }
      raise(1 << (offset >> 2), r.data);
    }
    return true;
  }

  private boolean register(Lines l, Request r, int offset) {
    switch (offset) {
      case 0x00 -> {
        if (r.write) {
          l.eventMask = r.data;
          check(l);
        } else {
          r.data = l.eventMask;
        }
      }
      case 0x04, 0x08 -> {
        l.eventMask = offset == 4 ? l.eventMask & ~r.data : l.eventMask | r.data;
        check(l);
        return r.write;
      }
      case 0x0c -> {
        if (r.write) {
          l.irqMask = r.data;
          check(l);
        } else {
          r.data = l.irqMask;
        }
      }
      case 0x10, 0x14 -> {
        l.irqMask = offset == 0x10 ? l.irqMask & ~r.data : l.irqMask | r.data;
        check(l);
        return r.write;
      }
      case 0x1c -> {
        r.data = l.pending;
        return !r.write;
      }
      case 0x20 -> {
        r.data = l.pending & l.eventMask;
        return !r.write;
      }
      case 0x24 -> {
        r.data = l.pending & l.irqMask;
        return !r.write;
      }
      case 0x28 -> {
        clear(l, r.data);
        check(l);
        return r.write;
      }
      case 0x38 -> {
        r.waitsFor = "events";
        waitFor(l, r, Wait.EVENT);
        r.data = l.eventMask & l.pending;
        return !r.write;
      }
      case 0x3c -> {
        l.clearOnWake = l.eventMask;
        r.waitsFor = "events";
        waitFor(l, r, Wait.EVENT);
        r.data = l.eventMask & l.pending;
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** A core waits for a barrier; its event mask is cleared on wake-up if {@code clear}. */
  void waitForBarrier(int core, Request r, boolean clear) {
    if (clear) {
      lines[core].clearOnWake = lines[core].eventMask;
    }
    waitFor(lines[core], r, Wait.BARRIER);
  }

  boolean waitsForBarrier(int core) {
    return lines[core].wait == Wait.BARRIER;
  }

  /** A core waits for the answer of a mutex or dispatcher, whose event is cleared on wake-up. */
  void waitForAnswer(int core, Request r, int event) {
    lines[core].clearOnWake = 1 << event;
    waitFor(lines[core], r, Wait.EVENT);
  }

  /** Hands a value to a core that waits for it, and wakes it by an event. */
  void deliver(int core, int value, int event) {
    Lines l = lines[core];
    if (l.interrupted) {
      l.interruptedValue = value;
    } else if (l.sleeping != null) {
      l.sleeping.data = value;
    }
    raise(1 << event, 1 << core);
  }

  /** The core has taken an interrupt. */
  void acknowledge(int coreIndex, int irq) {
    Lines l = lines[coreIndex - firstCore];
    clear(l, 1 << irq);
    l.requested = -1;
    check(l);
  }

  /** What a sleeping core waits for, in words. */
  String describe(int coreIndex) {
    Lines l = lines[coreIndex - firstCore];
    String what = l.core.request.waitsFor;
    return what
        + " ("
        + barriers.describe(what)
        + "event mask 0x"
        + Integer.toHexString(l.eventMask)
        + ", pending 0x"
        + Integer.toHexString(l.pending)
        + ")";
  }

  private void waitFor(Lines l, Request r, Wait wait) {
    r.latency += REQUEST_LATENCY;
    if ((l.eventMask & l.pending) != 0) {
      clearOnWake(l);
      r.latency += PENDING_LATENCY;
      wake(l);
    } else {
      l.wait = wait;
      l.awake = false;
      l.sleeping = r;
      r.blocked = true;
    }
  }

  private void wake(Lines l) {
    l.awake = true;
    Request sleeping = l.sleeping;
    if (sleeping != null) {
      l.sleeping = null;
      sleeping.core.unit.answer();
    }
    check(l);
  }

  private void check(Lines l) {
    int irqs = l.pending & l.irqMask;
    int events = l.pending & l.eventMask;
    int irq = irqs == 0 ? -1 : 31 - Integer.numberOfLeadingZeros(irqs);
    if (l.awake && irq != l.requested) {
      l.requested = irq;
      l.core.unit.requestInterrupt(irq);
    }
    if (events != 0 && l.interrupted) {
      l.wait = Wait.SKIP_NEXT;
      clearOnWake(l);
      return;
    }
    if (l.awake) {
      return;
    }
    if (irqs != 0 && events == 0) {
      // Awake only for the interrupt: the load will be made again, so what it waits for stays as it
      // is.
      l.interrupted = true;
      l.awake = true;
      l.sleeping = null;
      check(l);
      l.requested = -1;
    } else if (events != 0 && (l.wait == Wait.EVENT || l.wait == Wait.BARRIER)) {
      l.wait = Wait.NONE;
      clearOnWake(l);
      wake(l);
    }
  }

  private void clearOnWake(Lines l) {
    if (l.clearOnWake != 0) {
      int mask = l.clearOnWake;
      clear(l, mask);
      l.clearOnWake = 0;
    }
  }

  private void clear(Lines l, int events) {
    l.pending &= ~events;
    fifo.check();
  }
}
