package dev.marlin.simulator;

/**
 * Timer v2: two 32-bit counters of the domain's cycles, or one of 64 bits, with a compare event
 * each.
 */
final class Timer {
  private final EventUnit events;
  private final ClockDomain clock;
  private final Event compareEvent;
  private final int[] value = new int[2];
  private final int[] compare = new int[2];
  private final int[] config = new int[2];
  private boolean wide;
  private long syncedAt;

  /**
   * A stopped timer that raises event 10 (low counter) and 11 (high counter) on all cores of a
   * unit.
   */
  Timer(ClockDomain clock, EventUnit events) {
    this.clock = clock;
    this.events = events;
    this.compareEvent =
        new Event(clock) {
          @Override
          void fire() {
            synchronize();
            check();
          }
        };
  }

  boolean access(Request r, int offset) {
    clock.sync();
    synchronize();
    int counter = offset >> 2 & 1;
    switch (offset & ~4) {
      case 0x00 -> {
        if (r.write) {
          configure(counter, r.data);
        } else {
          r.data = config[counter];
        }
      }
      case 0x08 -> register(r, value, counter);
      case 0x10 -> register(r, compare, counter);
      case 0x18 -> configure(counter, config[counter] | 1);
      case 0x20 -> configure(counter, config[counter] | 2);
      default -> {}
    }
    return true;
  }

  private void register(Request r, int[] registers, int counter) {
    if (r.write) {
      registers[counter] = r.data;
      check();
    } else {
      r.data = registers[counter];
    }
  }

  private void configure(int counter, int word) {
    config[counter] = word & ~2;
    if (counter == 0) {
      wide = word < 0;
    }
    if ((word & 2) != 0) {
      value[counter] = 0;
      if (wide) {
        value[1] = 0;
      }
    }
    check();
  }

  private boolean enabled(int counter) {
    return (config[counter] & 1) != 0;
  }

  private boolean countsReference(int counter) {
    return (config[counter] & 0x80) != 0;
  }

  private void synchronize() {
    long passed = clock.cycles - syncedAt;
    syncedAt = clock.cycles;
    if (wide) {
      if (enabled(0)) {
        long sum = wideValue(value) + passed;
        value[0] = (int) sum;
        value[1] = (int) (sum >>> 32);
      }
      return;
    }
    for (int i = 0; i < 2; i++) {
      if (enabled(i) && !countsReference(i)) {
        value[i] += (int) passed;
      }
    }
  }

  private static long wideValue(int[] words) {
    return (words[1] & 0xffffffffL) << 32 | (words[0] & 0xffffffffL);
  }

  private void check() {
    check(0);
    if (!wide) {
      check(1);
    }
  }

  private void check(int counter) {
    if (!enabled(counter)) {
      return;
    }
    int word = config[counter];
    boolean raises = (word & 4) != 0;
    boolean clears = (word & 0x10) != 0;
    boolean reached =
        wide ? wideValue(value) == wideValue(compare) : value[counter] == compare[counter];
    if (reached) {
      if (clears) {
        value[counter] = 0;
        if (wide) {
          value[1] = 0;
        }
      }
      if (raises) {
        events.raise(1 << (10 + counter), 0);
      }
      if ((word & 0x20) != 0) {
        config[counter] &= ~1;
      }
    }
    if (enabled(counter) && !countsReference(counter) && (raises || clears)) {
      clock.enqueueEarlier(compareEvent, remaining(counter));
    }
  }

  private long remaining(int counter) {
    long cycles;
    if (wide) {
      cycles = wideValue(compare) - wideValue(value);
    } else {
      cycles = (compare[counter] - value[counter]) & 0xffffffffL;
      if (cycles == 0) {
        cycles = 1L << 32;
      }
    }
    boolean prescaled = (config[counter] & 0x40) != 0;
    long factor = prescaled ? (config[counter] >>> 8 & 0xff) + 1 : 1;
    return Math.max(1, cycles * factor);
  }
}
