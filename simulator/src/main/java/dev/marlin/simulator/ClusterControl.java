package dev.marlin.simulator;

/** Cluster control: boot addresses and fetch enable of the cores. */
final class ClusterControl {
  private static final int FETCH_ENABLE = 0x08;
  private static final int BOOT_ADDRESS = 0x40;

  /** The first instruction is this far behind the boot address. */
  private static final int ENTRY = 0x80;

  private final Core[] cores;
  private final int[] bootAddress;
  private int enabled;

  ClusterControl(Core[] cores) {
    this.cores = cores;
    this.bootAddress = new int[cores.length];
  }

  boolean access(Request r, int offset) {
    if (r.size != 4) {
      return false;
    }
    int core = (offset - BOOT_ADDRESS) >> 2;
    if (core >= 0 && core < cores.length) {
      if (r.write) {
        bootAddress[core] = r.data;
        cores[core].unit.vectors = r.data & ~0xff;
      } else {
        r.data = bootAddress[core];
      }
      return true;
    }
    switch (offset) {
      case FETCH_ENABLE -> {
        if (r.write) {
          enable(r.data);
        } else {
          r.data = enabled;
        }
      }
      case 0x10, 0x18, 0x20, 0x28, 0x38 -> {}
      default -> {
        return offset > BOOT_ADDRESS && offset < BOOT_ADDRESS + 0x40;
      }
    }
    return true;
  }

  private void enable(int mask) {
    int started = mask & ~enabled;
    enabled = mask;
    for (int i = 0; i < cores.length; i++) {
      if ((started >>> i & 1) != 0) {
        cores[i].unit.start(bootAddress[i] + ENTRY);
      }
    }
  }
}
