package dev.marlin.simulator;

/**
 * Who reaches what at which address, and how long it takes: the routers between cores, memories and
 * devices.
 *
 * <p>L2 is 8 cycles away. Everything else takes no time of its own, but each router serves a
 * destination one word a cycle. The cluster reaches the SoC over two routers that its cores, its
 * instruction cache and its DMA share; FC, FC cache and uDMA join at L2.
 */
final class Interconnect {
  private static final int L2_LATENCY = 8;

  private static final int CLUSTER = 0x1000_0000;
  private static final int TEST_AND_SET = 0x1010_0000;
  private static final int CLUSTER_PERIPHERALS = 0x1020_0000;
  private static final int CLUSTER_END = 0x1040_0000;
  private static final int APB = 0x1a10_0000;
  private static final int APB_END = 0x1a20_0000;
  private static final int FC = 0x1b00_0000;
  private static final int FC_END = 0x1b40_0000;
  private static final int ALIAS_SIZE = 0x40_0000;

  private final Machine machine;
  private final ClockDomain soc;
  private final ClockDomain cluster;
  private final Memory l1;
  private final Memory l2;
  private final Memory fcTcdm;

  private final Link clusterToSoc = new Link();
  private final Link axiToSoc = new Link();
  private final Link axiToCluster = new Link();
  private final Link toL2 = new Link();
  private final Link toApb = new Link();
  private final Link toFc = new Link();
  private final Link clusterL1 = new Link();
  private final Link clusterPeripherals = new Link();
  private final Link[] clusterDevices = new Link[6];
  private final Fll fll = new Fll();

  Interconnect(Machine machine, Timeline timeline) {
    this.machine = machine;
    this.soc = timeline.soc;
    this.cluster = timeline.cluster;
    this.l1 = machine.l1.memory;
    this.l2 = machine.l2;
    this.fcTcdm = machine.fcTcdm;
    for (int i = 0; i < clusterDevices.length; i++) {
      clusterDevices[i] = new Link();
    }
  }

  // ---- cores

  /** An access of a cluster core to anything but an aligned word of L1. */
  void fromCluster(Request r) {
    int address = r.address;
    if (Integer.compareUnsigned(address, ALIAS_SIZE) < 0) {
      address += CLUSTER;
    }
    if (l1.contains(address)) {
      l1Access(r, address - L1.BASE);
      return;
    }
    if (address >= TEST_AND_SET && address < TEST_AND_SET + l1.bytes.length) {
      testAndSet(r, address - TEST_AND_SET);
      return;
    }
    boolean valid;
    if (address >= 0x1020_4000 && address < 0x1020_4400) {
      valid = machine.clusterEvents.own(r, address - 0x1020_4000);
    } else if (address >= 0x1020_4400 && address < 0x1020_4800) {
      valid = machine.dma.access(r, address - 0x1020_4400, r.core.index);
    } else if (address >= CLUSTER_PERIPHERALS && address < CLUSTER_END) {
      valid = clusterPeripheral(r, address);
    } else {
      r.latency = clusterToSoc.pass(cluster.cycles, 1, r.latency);
      soc.sync();
      r.latency = axiToSoc.pass(soc.cycles, 1, r.latency);
      valid = socAccess(r, address);
    }
    if (!valid) {
      throw machine.invalidAccess(r);
    }
    r.core.unit.csr.external(r.write, r.latency);
  }

  /** An access of the fabric controller. */
  void fromFc(Request r) {
    int address = r.address;
    if (Integer.compareUnsigned(address, ALIAS_SIZE) < 0) {
      address += FC;
    }
    boolean valid;
    if (address >= CLUSTER && address < CLUSTER_END) {
      cluster.timeline.meet();
      cluster.sync();
      r.latency = axiToCluster.pass(soc.cycles, 1, r.latency);
      if (address >= CLUSTER_PERIPHERALS) {
        valid = clusterPeripheral(r, address);
      } else {
        r.latency = clusterL1.pass(cluster.cycles, 1, r.latency);
        valid = true;
        if (l1.contains(address)) {
          l1Access(r, address - L1.BASE);
        } else if (address >= TEST_AND_SET && address < TEST_AND_SET + l1.bytes.length) {
          testAndSet(r, address - TEST_AND_SET);
        } else {
          valid = false;
        }
      }
    } else {
      valid = socAccess(r, address);
    }
    if (!valid) {
      throw machine.invalidAccess(r);
    }
  }

  private void l1Access(Request r, int offset) {
    machine.beforeAccess(offset, r.write);
    int waits = machine.l1.reserve(offset, cluster.cycles);
    r.latency += waits;
    r.core.contentionStalls += waits;
    if (r.write) {
      l1.write(offset, r.size, r.data);
    } else {
      r.data = l1.read(offset, r.size);
    }
  }

  /** A load returns the old value and leaves ones; it takes the bank twice. */
  private void testAndSet(Request r, int offset) {
    l1Access(r, offset);
    if (!r.write) {
      machine.beforeAccess(offset, true);
      machine.l1.reserve(offset, cluster.cycles);
      l1.write(offset, r.size, -1);
    }
  }

  private boolean clusterPeripheral(Request r, int address) {
    r.latency = clusterPeripherals.pass(cluster.cycles, 1, r.latency);
    int offset = address - CLUSTER_PERIPHERALS;
    if (offset < 0x400) {
      return pass(r, 0) && machine.clusterControl.access(r, offset);
    }
    if (offset < 0x800) {
      return pass(r, 1) && machine.clusterTimer.access(r, offset - 0x400);
    }
    if (offset < 0x1000) {
      return pass(r, 2) && machine.clusterEvents.shared(r, offset - 0x800);
    }
    if (offset >= 0x1400 && offset < 0x1800) {
      return pass(r, 3) && icacheControl(r, offset - 0x1400, true);
    }
    if (offset >= 0x1800 && offset < 0x1c00) {
      return pass(r, 4) && machine.dma.access(r, offset - 0x1800, machine.cores());
    }
    // The accelerator's and the debug units' registers exist but do nothing.
    return pass(r, 5) && ((offset >= 0x1000 && offset < 0x1400) || offset >= 0x10_0000);
  }

  private boolean pass(Request r, int device) {
    r.latency = clusterDevices[device].pass(cluster.cycles, 1, r.latency);
    return true;
  }

  private boolean icacheControl(Request r, int offset, boolean inCluster) {
    if (offset == 0) {
      machine.enableIcache(inCluster, (r.data & 0xff) != 0);
    } else if (offset == 4) {
      machine.flushIcache(inCluster);
    }
    return true;
  }

  // ---- SoC

  private boolean socAccess(Request r, int address) {
    if (l2.contains(address)) {
      r.latency = toL2.pass(soc.cycles, 1, r.latency) + L2_LATENCY;
      if (r.write) {
        l2.write(address - l2.base, r.size, r.data);
      } else {
        r.data = l2.read(address - l2.base, r.size);
      }
      return true;
    }
    if (address >= APB && address < APB_END) {
      r.latency = toApb.pass(soc.cycles, 1, r.latency);
      return apb(r, address - APB);
    }
    if (address >= FC && address < FC_END) {
      r.latency = toFc.pass(soc.cycles, 1, r.latency);
      return fcAccess(r, address);
    }
    return false;
  }

  private boolean fcAccess(Request r, int address) {
    if (fcTcdm.contains(address)) {
      if (r.write) {
        fcTcdm.write(address - fcTcdm.base, r.size, r.data);
      } else {
        r.data = fcTcdm.read(address - fcTcdm.base, r.size);
      }
      return true;
    }
    int offset = address - 0x1b20_0000;
    if (offset >= 0x400 && offset < 0x800) {
      return machine.fcTimer.access(r, offset - 0x400);
    }
    if (offset >= 0x800 && offset < 0x1000) {
      return machine.fcEvents.shared(r, offset - 0x800);
    }
    if (offset >= 0x1400 && offset < 0x2800) {
      return icacheControl(r, offset - 0x1400, false);
    }
    if (offset >= 0x4000 && offset < 0x5000) {
      return r.core.index == machine.cores() && machine.fcEvents.own(r, offset - 0x4000);
    }
    return offset >= 0x10_0000;
  }

  private boolean apb(Request r, int offset) {
    if (offset < 0x20) {
      return fll.access(r, offset);
    }
    switch (offset >> 12) {
      case 2, 3 -> {
        return machine.udma.access(r, offset - 0x2000);
      }
      case 4 -> {
        return machine.socControl.access(r, offset - 0x4000);
      }
      case 6 -> {
        return machine.socEvents.access(r, offset - 0x6000);
      }
      case 0x10, 0x11 -> {
        machine.stdout.write(offset - 0x1_0000, r.data);
        return true;
      }
      // GPIO, PMU, RTC, efuse: present, without effect.
      case 1, 7, 8, 9 -> {
        return true;
      }
      default -> {
        return false;
      }
    }
  }

  // ---- instruction caches

  /** Books the way of a cluster cache line from memory; the cycles of latency. */
  int clusterRefill(int address) {
    if (!l2.contains(address)) {
      return 0;
    }
    int latency = clusterToSoc.pass(cluster.cycles, 4, 0);
    soc.sync();
    latency = axiToSoc.pass(soc.cycles, 4, latency);
    return toL2.pass(soc.cycles, 4, latency) + L2_LATENCY;
  }

  /** Books the way of an FC cache line from memory; the cycles of latency. */
  int fcRefill(int address) {
    if (l2.contains(address)) {
      return toL2.pass(soc.cycles, 4, 0) + L2_LATENCY;
    }
    return fcTcdm.contains(address) ? toFc.pass(soc.cycles, 4, 0) : 0;
  }

  // ---- DMA

  /** Reads a burst from outside the cluster. */
  void dmaRead(DmaBurst burst, DmaCommand command) {
    Memory memory = dmaTarget(burst, command);
    System.arraycopy(memory.bytes, burst.external - memory.base, burst.data, 0, burst.size);
  }

  /** Writes a burst outside the cluster. */
  void dmaWrite(DmaBurst burst, DmaCommand command) {
    Memory memory = dmaTarget(burst, command);
    System.arraycopy(burst.data, 0, memory.bytes, burst.external - memory.base, burst.size);
  }

  private Memory dmaTarget(DmaBurst burst, DmaCommand command) {
    int words = (burst.size + 3) / 4;
    if (l1.contains(burst.external, burst.size)) {
      machine.settle(); // the whole burst is copied at once
      clusterL1.pass(cluster.cycles, words, 0);
      return l1;
    }
    int latency = clusterToSoc.pass(cluster.cycles, words, 0);
    soc.sync();
    latency = axiToSoc.pass(soc.cycles, words, latency);
    if (l2.contains(burst.external, burst.size)) {
      toL2.pass(soc.cycles, words, latency);
      return l2;
    }
    if (fcTcdm.contains(burst.external, burst.size)) {
      toFc.pass(soc.cycles, words, latency);
      return fcTcdm;
    }
    throw machine.badTransfer("A DMA transfer leaves memory: " + command + ".");
  }

  // ---- uDMA

  void udmaWrite(int address, int word) {
    toL2.pass(soc.cycles, 1, 0);
    checkUdma(address);
    l2.write(address - l2.base, 4, word);
  }

  /** Books a read of L2; its latency in cycles. */
  int udmaRead(int address) {
    checkUdma(address);
    return toL2.pass(soc.cycles, 1, 0) + L2_LATENCY;
  }

  int l2Word(int address) {
    return l2.read(address - l2.base, 4);
  }

  private void checkUdma(int address) {
    if (!l2.contains(address, 4)) {
      throw machine.badTransfer(
          "A uDMA transfer leaves L2 at 0x" + Integer.toHexString(address) + ".");
    }
  }
}
