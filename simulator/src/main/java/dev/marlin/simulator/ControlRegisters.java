package dev.marlin.simulator;

import dev.marlin.simulator.isa.Op;
import java.util.Arrays;

/**
 * Control and status registers of a core, performance counters among them, with gvsoc's way of
 * counting.
 *
 * <p>Cycles and instructions are counted by the core always; here only where counting began. The
 * other events are counted only while one of them is enabled.
 */
final class ControlRegisters {
  private static final int CYCLES = 0;
  private static final int INSTRUCTIONS = 1;
  private static final int LOAD_STALLS = 2;
  private static final int LOADS = 5;
  private static final int STORES = 6;
  private static final int JUMPS = 7;
  private static final int BRANCHES = 8;
  private static final int TAKEN = 9;
  private static final int COMPRESSED = 10;
  private static final int EXTERNAL_LOADS = 11;
  private static final int EXTERNAL_STORES = 12;
  private static final int EXTERNAL_LOAD_CYCLES = 13;
  private static final int EXTERNAL_STORE_CYCLES = 14;
  private static final int CONTENTION = 15;
  private static final int MISALIGNED = 29;
  private static final int COUNTERS = 31;

  int epc;
  int cause;
  private int vectorBase;
  private int scratch;
  private int stackCheck;
  private int stackStart;
  private int stackEnd;

  private final int[] counters = new int[COUNTERS];
  private int enabled = 3;
  private int mode = 3;
  private long cyclesFrom;
  private long instructionsFrom;
  private long contentionFrom;

  // Counted outside the core whether enabled or not, and cleared whenever somebody looks.
  private int externalLoads;
  private int externalStores;
  private int externalLoadCycles;
  private int externalStoreCycles;

  private final Core core;
  private final CoreUnit unit;

  ControlRegisters(Core core, CoreUnit unit) {
    this.core = core;
    this.unit = unit;
  }

  int read(int number) {
    if (number >= 0x780 && number < 0x780 + COUNTERS) {
      settle();
      return counters[number - 0x780];
    }
    return switch (number) {
      case 0x300 ->
          0x1800 | (unit.interruptsEnabled() ? 8 : 0) | (unit.savedInterruptsEnabled ? 0x80 : 0);
      case 0x305 -> vectorBase;
      case 0x340 -> scratch;
      case 0x341 -> epc;
      case 0x342 -> cause;
      case 0x7a0 -> enabled;
      case 0x7a1 -> mode;
      case 0x7b0 -> core.loopStart[0];
      case 0x7b1 -> core.loopEnd[0];
      case 0x7b2 -> core.loopCount[0];
      case 0x7b4 -> core.loopStart[1];
      case 0x7b5 -> core.loopEnd[1];
      case 0x7b6 -> core.loopCount[1];
      case 0x7d0 -> stackCheck;
      case 0x7d1 -> stackStart;
      case 0x7d2 -> stackEnd;
      case 0xc10 -> 3;
      case 0xf14, 0x014 -> core.hartId;
      default -> 0;
    };
  }

  void write(int number, int value) {
    if (number >= 0x780 && number <= 0x79f) {
      writeCounter(number - 0x780, value);
      return;
    }
    switch (number) {
      case 0x300 -> {
        unit.savedInterruptsEnabled = (value & 0x80) != 0;
        unit.enableInterrupts((value & 8) != 0);
      }
      case 0x305 -> {
        vectorBase = value;
        unit.vectors = value;
      }
      case 0x340 -> scratch = value;
      case 0x341 -> epc = value & ~1;
      case 0x342 -> cause = value;
      case 0x7a0 -> {
        settle();
        enabled = value & 0x7fffffff;
        updateCounting();
      }
      case 0x7a1 -> {
        settle();
        mode = value;
        updateCounting();
      }
      case 0x7b0 -> unit.setLoopStart(0, value);
      case 0x7b1 -> core.loopEnd[0] = value;
      case 0x7b2 -> core.loopCount[0] = value;
      case 0x7b4 -> unit.setLoopStart(1, value);
      case 0x7b5 -> core.loopEnd[1] = value;
      case 0x7b6 -> core.loopCount[1] = value;
      case 0x7d0 -> stackCheck = value;
      case 0x7d1 -> stackStart = value;
      case 0x7d2 -> stackEnd = value;
      default -> {}
    }
  }

  /** Counts an instruction just executed, apart from cycles and instructions themselves. */
  void count(Insn i, boolean stalled, boolean redirected) {
    int op = i.op;
    if (stalled || (op >= Op.MULH && op <= Op.MULHU)) {
      add(LOAD_STALLS, 1);
    }
    if ((op >= Op.LW && op <= Op.LBU) || (op >= Op.LW_POST && op <= Op.LBU_POST) || op == Op.ELW) {
      add(LOADS, 1);
    } else if ((op >= Op.SW && op <= Op.SB) || (op >= Op.SW_POST && op <= Op.SB_POST)) {
      add(STORES, 1);
    } else if (op == Op.JAL || op == Op.JALR) {
      add(JUMPS, 1);
    } else if (op >= Op.BEQ && op <= Op.BGEU) {
      add(BRANCHES, 1);
      if (redirected) {
        add(TAKEN, 1);
      }
    }
    if (i.size == 2) {
      add(COMPRESSED, 1);
    }
  }

  void misaligned() {
    add(MISALIGNED, 1);
  }

  /** The second access of a misaligned load or store counts as a load. */
  void secondAccess() {
    add(LOADS, 1);
  }

  /** An access to anything but L1. */
  void external(boolean write, int latency) {
    if (write) {
      externalStores++;
      externalStoreCycles += latency;
    } else {
      externalLoads++;
      externalLoadCycles += latency;
    }
  }

  private void add(int counter, int amount) {
    if ((mode & 1) != 0 && (enabled >>> counter & 1) != 0) {
      counters[counter] += amount;
    }
  }

  /** Brings the counters up to date with what is counted elsewhere. */
  private void settle() {
    add(CYCLES, (int) (core.countedCycles - cyclesFrom));
    add(INSTRUCTIONS, (int) (core.instructions - instructionsFrom));
    add(CONTENTION, (int) (core.contentionStalls - contentionFrom));
    cyclesFrom = core.countedCycles;
    instructionsFrom = core.instructions;
    contentionFrom = core.contentionStalls;
    add(EXTERNAL_LOADS, externalLoads);
    add(EXTERNAL_STORES, externalStores);
    add(EXTERNAL_LOAD_CYCLES, externalLoadCycles);
    add(EXTERNAL_STORE_CYCLES, externalStoreCycles);
    externalLoads = 0;
    externalStores = 0;
    externalLoadCycles = 0;
    externalStoreCycles = 0;
  }

  private void writeCounter(int counter, int value) {
    settle();
    if (counter == 31) {
      Arrays.fill(counters, value);
    } else {
      counters[counter] = value;
    }
  }

  private void updateCounting() {
    unit.counting = (mode & 1) != 0 && (enabled & ~3) != 0;
    unit.updateAlert();
  }
}
