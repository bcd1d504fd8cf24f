package dev.marlin.simulator;

import java.util.Arrays;

/** What probes see of the machine. */
final class View implements MachineView {
  private final Machine machine;

  View(Machine machine) {
    this.machine = machine;
  }

  @Override
  public int register(int core, int index) {
    if (core < 0 || core > machine.cores() || index < 0 || index > 31) {
      throw new IndexOutOfBoundsException("There is no register " + index + " of core " + core);
    }
    return machine.core(core).registers[index];
  }

  @Override
  public byte[] read(int address, int length) {
    Memory memory = machine.l2.contains(address, length) ? machine.l2 : machine.l1.memory;
    if (!memory.contains(address, length)) {
      throw new IllegalArgumentException(
          length + " bytes at 0x" + Integer.toHexString(address) + " are not all in L1 or L2.");
    }
    int from = address - memory.base;
    return Arrays.copyOfRange(memory.bytes, from, from + length);
  }

  @Override
  public byte[] readL3(int offset, int length) {
    if (offset < 0 || length < 0 || (long) offset + length > machine.l3.length) {
      throw new IllegalArgumentException(
          length
              + " bytes at offset "
              + offset
              + " are not all in L3, which has "
              + machine.l3.length
              + ".");
    }
    return Arrays.copyOfRange(machine.l3, offset, offset + length);
  }

  @Override
  public long cycle() {
    return machine.timeline.clusterCycles();
  }
}
