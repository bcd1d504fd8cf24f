package dev.marlin.simulator;

/**
 * The hardware mutex: a load locks it or sleeps, a store unlocks it and hands it, with the value,
 * to the waiting core of lowest number.
 */
final class Mutex {
  private final EventUnit unit;
  private boolean locked;
  private int waiting;

  Mutex(EventUnit unit) {
    this.unit = unit;
  }

  boolean access(Request r, int core) {
    if (r.write) {
      unlock(r.data);
    } else if (locked) {
      waiting |= 1 << core;
      r.waitsFor = "the mutex";
      unit.waitForAnswer(core, r, EventUnit.MUTEX_EVENT);
    } else {
      locked = true;
    }
    return true;
  }

  private void unlock(int value) {
    if (waiting == 0) {
      locked = false;
      return;
    }
    int heir = Integer.numberOfTrailingZeros(waiting);
    waiting &= ~(1 << heir);
    unit.deliver(heir, value, EventUnit.MUTEX_EVENT);
  }
}
