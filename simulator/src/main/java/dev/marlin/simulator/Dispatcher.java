package dev.marlin.simulator;

/**
 * The dispatcher: a FIFO of eight values that every core of a team reads at its own pace, sleeping
 * when it is ahead of the writer.
 */
final class Dispatcher {
  private static final int SIZE = 8;

  private final EventUnit unit;
  private final int[] value = new int[SIZE];

  /** Cores that have not taken the value yet. */
  private final int[] fresh = new int[SIZE];

  /** Cores that the value is for. */
  private final int[] team = new int[SIZE];

  private final int[] waiting = new int[SIZE];
  private final int[] position;
  private int head;
  private int teamConfig;

  Dispatcher(EventUnit unit, int cores) {
    this.unit = unit;
    this.position = new int[cores];
  }

  boolean access(Request r, int offset, int core) {
    switch (offset) {
      case 0 -> {
        if (r.write) {
          push(r.data);
        } else {
          pop(r, core);
        }
      }
      case 4 -> teamConfig = r.data;
      default -> {
        return false;
      }
    }
    return true;
  }

  private void push(int pushed) {
    int id = head;
    head = (head + 1) % SIZE;
    team[id] = teamConfig;
    value[id] = pushed;
    fresh[id] = -1;
    int mask = waiting[id];
    while (mask != 0) {
      int core = Integer.numberOfTrailingZeros(mask);
      mask &= mask - 1;
      fresh[id] &= ~(1 << core);
      waiting[id] &= ~(1 << core);
      step(core);
      if ((team[id] >>> core & 1) != 0) {
        unit.deliver(core, pushed, EventUnit.DISPATCH_EVENT);
      } else {
        waiting[position[core]] |= 1 << core;
      }
    }
  }

  private void pop(Request r, int core) {
    int id = position[core];
    while ((fresh[id] >>> core & 1) != 0 && (team[id] >>> core & 1) == 0) {
      fresh[id] &= ~(1 << core);
      step(core);
      id = position[core];
    }
    if ((fresh[id] >>> core & 1) != 0) {
      r.data = value[id];
      fresh[id] &= ~(1 << core);
      step(core);
    } else {
      waiting[id] |= 1 << core;
      r.waitsFor = "a dispatched value";
      unit.waitForAnswer(core, r, EventUnit.DISPATCH_EVENT);
    }
  }

  private void step(int core) {
    position[core] = (position[core] + 1) % SIZE;
  }
}
