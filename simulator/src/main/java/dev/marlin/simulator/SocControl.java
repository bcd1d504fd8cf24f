package dev.marlin.simulator;

/**
 * SoC control: exit, and the register that powers the cluster. Registers without a model read as
 * they were written.
 */
final class SocControl {
  private static final int BYPASS = 0x70;
  private static final int CORE_STATUS = 0xa0;
  private static final int POWER = 1 << 3;
  private static final int CLOCK_GATE = 1 << 10;

  private final Machine machine;
  private final int[] registers = new int[0x400];

  SocControl(Machine machine) {
    this.machine = machine;
  }

  boolean access(Request r, int offset) {
    if (r.size != 4) {
      return false;
    }
    int old = registers[offset >> 2];
    if (!r.write) {
      r.data = old;
      return true;
    }
    registers[offset >> 2] = r.data;
    if (offset == CORE_STATUS && r.data < 0) {
      machine.exit(r.data & 0x7fffffff);
    } else if (offset == BYPASS) {
      int changed = old ^ r.data;
      if ((changed & POWER) != 0) {
        machine.socEvents.trigger(31);
        machine.fcEvents.raise(1 << 22, 0);
      }
      if ((changed & CLOCK_GATE) != 0) {
        machine.socEvents.trigger(35);
        machine.fcEvents.raise(1 << 23, 0);
      }
    }
    return true;
  }
}
