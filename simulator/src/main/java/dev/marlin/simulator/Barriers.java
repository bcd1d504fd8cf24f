package dev.marlin.simulator;

/**
 * The eight hardware barriers: when everybody of a barrier's mask has arrived, its targets get an
 * event.
 */
final class Barriers {
  private static final int COUNT = 8;
  private static final String[] NAMES = {
    "barrier 0", "barrier 1", "barrier 2", "barrier 3",
    "barrier 4", "barrier 5", "barrier 6", "barrier 7"
  };

  private final EventUnit unit;
  private final int[] members = new int[COUNT];
  private final int[] arrived = new int[COUNT];
  private final int[] targets = new int[COUNT];

  Barriers(EventUnit unit) {
    this.unit = unit;
  }

  boolean access(Request r, int offset, int core) {
    int barrier = offset >> 5;
    switch (offset & 0x1f) {
      case 0x00 -> register(r, members, barrier);
      case 0x04 -> register(r, arrived, barrier);
      case 0x08 -> {
        r.data = 0;
        for (int i = 1; i < COUNT; i++) {
          r.data |= arrived[i];
        }
        return !r.write;
      }
      case 0x0c -> register(r, targets, barrier);
      case 0x10 -> {
        arrived[barrier] |= r.data;
        check(barrier);
        return r.write;
      }
      case 0x14 -> {
        arrived[barrier] |= 1 << core;
        check(barrier);
      }
      case 0x18, 0x1c -> {
        if (!unit.waitsForBarrier(core)) {
          arrived[barrier] |= 1 << core;
        }
        arrive(r, barrier, core, (offset & 0x1f) == 0x1c);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Who has come to the barrier of that name, in words. */
  String describe(String name) {
    for (int i = 0; i < COUNT; i++) {
      if (NAMES[i].equals(name)) {
        return "cores 0x"
            + Integer.toHexString(arrived[i])
            + " of 0x"
            + Integer.toHexString(members[i])
            + " have come, ";
      }
    }
    return "";
  }

  private void arrive(Request r, int barrier, int core, boolean clear) {
    check(barrier);
    r.waitsFor = NAMES[barrier];
    unit.waitForBarrier(core, r, clear);
  }

  private void register(Request r, int[] registers, int barrier) {
    if (r.write) {
      registers[barrier] = r.data;
      check(barrier);
    } else {
      r.data = registers[barrier];
    }
  }

  private void check(int barrier) {
    if (arrived[barrier] == members[barrier]) {
      arrived[barrier] = 0;
      unit.raise(1 << EventUnit.BARRIER_EVENT, targets[barrier]);
    }
  }
}
