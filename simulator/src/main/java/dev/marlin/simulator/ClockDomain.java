package dev.marlin.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A clock and the events that wait for its cycles.
 *
 * <p>The order of events inside one cycle decides who wins a memory bank, so it follows gvsoc's:
 * the event enqueued last runs first. The next {@value #SLOTS} cycles are a ring of stacks; events
 * further ahead wait in a sorted list, which is moved into the ring when the ring begins a new
 * turn, or when the domain had nothing else to do. Events that another domain enqueues also take
 * the list.
 */
final class ClockDomain {
  static final int SLOTS = 32;
  private static final int SLOT_MASK = SLOTS - 1;

  final Timeline timeline;
  final String name;

  /** Steps of time in a cycle. */
  final int period;

  /** The cycle being executed; between executions the next one. */
  long cycles;

  /** Time of the next execution, valid while {@link #queued}. */
  long nextTime;

  /**
   * The last time to which this domain may run before the other one has its turn; -1 when all is
   * over.
   */
  long horizon;

  boolean queued;
  boolean running;

  /** All events by number; 0 is none. */
  private @Nullable Event[] events = new Event[64];

  private int count;

  /** The event on top of each slot's stack, and for each event the one below it. */
  private final int[] slots = new int[SLOTS];

  private int[] below = new int[64];
  private int slot;
  private int near;
  private @Nullable Event delayed;
  private boolean mustFlush = true;
  private long stopTime;

  /** The cores that run ahead of time, if that is wanted. */
  private @Nullable FastCluster fast;

  ClockDomain(Timeline timeline, String name, int period) {
    this.timeline = timeline;
    this.name = name;
    this.period = period;
  }

  /** Gives a new event its number. */
  int register(Event event) {
    count++;
    if (count == events.length) {
      events = Arrays.copyOf(events, 2 * count);
      below = Arrays.copyOf(below, 2 * count);
    }
    events[count] = event;
    return count;
  }

  /** Enqueues the next instruction of a core of this domain, which runs now. */
  void enqueueNext(Core core, int delay) {
    if (delay < SLOTS) {
      core.queued = true;
      push(core, delay);
    } else {
      enqueue(core, delay);
    }
  }

  void enqueue(Event event, long delay) {
    event.queued = true;
    if (running) {
      if (delay < SLOTS) {
        push(event, (int) delay);
        return;
      }
    } else {
      sync();
    }
    enqueueLater(event, delay);
  }

  /**
   * Moves an event forward: it will fire after {@code delay} cycles unless it already would
   * earlier.
   */
  void enqueueEarlier(Event event, long delay) {
    sync();
    long when = cycles + delay;
    if (event.queued) {
      if (when >= event.cycle) {
        return;
      }
      cancel(event);
    }
    enqueue(event, delay);
    event.cycle = when;
  }

  /**
   * Catches up with time when this domain has been idle, so that {@link #cycles} can be read from
   * another domain.
   */
  void sync() {
    if (!running && near == 0) {
      long behind = timeline.time - stopTime;
      if (behind > 0) {
        long cyclesBehind = (behind + period - 1) / period;
        stopTime += cyclesBehind * period;
        cycles += cyclesBehind;
      }
    }
  }

  void cancel(Event event) {
    if (!event.queued) {
      return;
    }
    event.queued = false;
    if (delayed == event) {
      delayed = event.next;
      return;
    }
    for (Event e = delayed; e != null; e = e.next) {
      if (e.next == event) {
        e.next = event.next;
        return;
      }
    }
    for (int i = 0; i < SLOTS; i++) {
      if (slots[i] == event.number) {
        slots[i] = below[event.number];
        near--;
        return;
      }
      for (int e = slots[i]; e != 0; e = below[e]) {
        if (below[e] == event.number) {
          below[e] = below[event.number];
          near--;
          return;
        }
      }
    }
  }

  boolean isIdle() {
    return near == 0 && delayed == null;
  }

  /**
   * Executes the events of one cycle.
   *
   * @return the cycles until the next cycle with work; 0 when the other domain must catch up first;
   *     -1 when there is no work
   */
  long execute() {
    if (mustFlush) {
      flush();
    }
    final FastCluster cores = fast;
    if (cores != null && cores.active != 0 && cores.mergesAll(near)) {
      cores.merge();
      if (timeline.isAheadOf(this)) {
        return 0;
      }
      if (mustFlush) {
        flush();
      }
      if (cores.mergeOne()) {
        return nextCycle();
      }
    }
    int number;
    while ((number = slots[slot]) != 0) {
      slots[slot] = below[number];
      near--;
      Event event = events[number];
      event.queued = false;
      if (event instanceof Core core) {
        core.step();
      } else {
        event.fire();
      }
    }
    if (near != 0) {
      return nextCycle();
    }
    mustFlush = true;
    stopTime = timeline.time;
    return delayed != null ? delayed.cycle - cycles : -1;
  }

  private int nextCycle() {
    cycles++;
    slot = (slot + 1) & SLOT_MASK;
    if (slot == 0) {
      mustFlush = true;
    }
    return 1;
  }

  /**
   * Lets the only active event of the whole system go on without the queue.
   *
   * @return true when time moved on by {@code delay} cycles: the caller continues at once; false:
   *     it must enqueue itself
   */
  boolean advance(int delay) {
    if (near != 0 || delayed != null) {
      return false;
    }
    long when = timeline.time + (long) delay * period;
    if (when > horizon) {
      return false;
    }
    timeline.time = when;
    cycles += delay;
    if (delay < SLOTS) {
      // As long as its ring is not empty, the domain has a turn in each cycle.
      slot = (slot + delay) & SLOT_MASK;
      timeline.skipTurns(delay);
    } else {
      timeline.skipIdle();
    }
    return true;
  }

  // ---- for cores that run ahead

  void accelerate(FastCluster cores) {
    this.fast = cores;
  }

  /** Cycles that the only active event of the whole system may go on without the queue. */
  long freeCycles() {
    return (horizon - timeline.time) / period;
  }

  /**
   * Moves on by cycles in which the only active event of the whole system did not need the queue.
   */
  void skip(int count) {
    timeline.time += (long) count * period;
    cycles += count;
    slot = (slot + count) & SLOT_MASK;
  }

  /** Cycles from now on in which the queue serves nobody but those that are in its ring now. */
  long cyclesForCores() {
    long free = (Math.max(horizon, timeline.undisturbedUntil(this)) - timeline.time) / period;
    return Math.min(free, cyclesToTurn());
  }

  /** Cycles from now on in which all that happens is that the cores and the DMA use L1. */
  long quietCycles() {
    if (fast == null) {
      return 0;
    }
    long end = delayed == null ? Long.MAX_VALUE : delayed.cycle;
    return Math.max(0, Math.min(end, fast.quietUntil()) - cycles);
  }

  /** Cycles until an event that is further ahead is moved into the ring. */
  long cyclesToTurn() {
    if (delayed == null) {
      return Long.MAX_VALUE;
    }
    // It is moved at the first turn that begins less than a turn before it.
    long turn = SLOTS - (long) slot;
    long ahead = delayed.cycle - cycles - turn;
    return ahead >= SLOTS ? turn + ahead / SLOTS * SLOTS : turn;
  }

  /** Events in the ring; -1 if there are others. */
  int eventsAtHand() {
    return delayed == null ? near : -1;
  }

  /**
   * Takes all cores out of the ring, where nobody else is but one event that stays; the mask of
   * them. They still count as events of the ring.
   *
   * @param rank for each core its place in order; the last one is of the event that stays
   */
  int takeCores(int[] rank, Event stays) {
    int mask = 0;
    int place = 0;
    for (int i = 0; i < SLOTS; i++) {
      int at = (slot + i) & SLOT_MASK;
      int kept = 0;
      for (int e = slots[at]; e != 0; e = below[e]) {
        if (events[e] instanceof Core core) {
          mask |= core.bit;
          rank[core.index] = place++;
        } else if (events[e] == stays) {
          kept = e;
          rank[rank.length - 1] = place++;
        } else {
          throw new IllegalStateException("Not only cores are in the ring.");
        }
      }
      slots[at] = kept;
      below[kept] = 0;
    }
    return mask;
  }

  /** Whether an event is in the ring. */
  boolean isAtHand(Event event) {
    long delay = event.cycle - cycles;
    if (event.queued && delay < SLOTS) {
      for (int e = slots[(slot + (int) delay) & SLOT_MASK]; e != 0; e = below[e]) {
        if (e == event.number) {
          return true;
        }
      }
    }
    return false;
  }

  /** Lets the event that stayed happen in this cycle. */
  void fire(Event stayed) {
    takeOut(stayed);
    stayed.queued = false;
    stayed.fire();
  }

  private void takeOut(Event stayed) {
    int at = (slot + (int) (stayed.cycle - cycles)) & SLOT_MASK;
    if (slots[at] != stayed.number || below[stayed.number] != 0) {
      throw new IllegalStateException("Another event is in the ring.");
    }
    slots[at] = 0;
    near--;
  }

  /** The cores that were taken out, and what stayed, are about to be given back in order. */
  void beginGivingBack(int count, @Nullable Event stayed) {
    near -= count;
    if (stayed != null) {
      takeOut(stayed);
    }
  }

  /** Moves on by cycles in which only the cores that were taken out had something to do. */
  void skipCores(int count) {
    skip(count);
    if (slot == 0 && delayed != null && delayed.cycle - cycles < SLOTS) {
      mustFlush = true;
    }
  }

  /** Whether events that are further ahead come into the ring before anything else happens. */
  boolean mustFlush() {
    return mustFlush;
  }

  /** Puts an event back that was taken out: it happens after some cycles. */
  void giveBack(Event event, int delay) {
    push(event, delay);
  }

  private void push(Event event, int delay) {
    int at = (slot + delay) & SLOT_MASK;
    below[event.number] = slots[at];
    slots[at] = event.number;
    event.cycle = cycles + delay;
    near++;
  }

  private void enqueueLater(Event event, long delay) {
    mustFlush = true;
    timeline.enqueue(this, delay);
    long when = cycles + delay;
    Event previous = null;
    Event current = delayed;
    while (current != null && current.cycle < when) {
      previous = current;
      current = current.next;
    }
    event.next = current;
    event.cycle = when;
    if (previous == null) {
      delayed = event;
    } else {
      previous.next = event;
    }
  }

  private void flush() {
    mustFlush = false;
    Event event = delayed;
    if (event != null && fast != null) {
      fast.giveBack();
    }
    while (event != null) {
      if (near == 0) {
        cycles = event.cycle;
      }
      long delay = event.cycle - cycles;
      if (delay >= SLOTS) {
        break;
      }
      Event following = event.next;
      push(event, (int) delay);
      event = following;
      delayed = event;
    }
  }
}
