package dev.marlin.simulator;

import static dev.marlin.simulator.Code.A0;
import static dev.marlin.simulator.Code.A1;
import static dev.marlin.simulator.Code.T0;
import static dev.marlin.simulator.Code.T1;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.addi;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.sw;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A test program in which every core of the cluster has code of its own; the fabric controller
 * starts them and sleeps for ever. Registers 20 to 27 are the test's; 28 to 30 are kept by the
 * pieces of code below.
 */
final class Cluster {
  static final int LOG = 0x10000200;
  private static final int SLEEP = 0x0000006f;

  final Code code = new Code();
  private final int cores;
  private final int[] slots;
  private int watched = -1;

  /** Begins with the code for all; {@link #core} goes on with that of one. */
  Cluster(int cores) {
    this.cores = cores;
    this.slots = new int[cores];
    code.word(Code.csrr(T0, 0xf14));
    for (int i = 0; i < cores; i++) {
      code.word(addi(T1, ZERO, i));
      slots[i] = code.here();
      code.nop(1);
    }
    code.poke(0x1b201400, -1).poke(0x1a104070, 1 << 3).poke(0x10201400, -1);
    for (int i = 0; i < cores; i++) {
      code.poke(0x10200040 + 4 * i, Code.BASE);
    }
    code.poke(0x10200008, (1 << cores) - 1).word(0x10500073, 0xffdff06f);
  }

  /** What follows is the code of one core. */
  Code core(int index) {
    code.word(SLEEP); // of the core before
    code.replace(slots[index], branch(0, T0, T1, code.here() - slots[index]));
    return code;
  }

  /** Lets some time pass. */
  void delay(int cycles) {
    code.li(28, cycles / 4);
    code.word(addi(28, 28, -1), branch(1, 28, ZERO, -4));
  }

  /** Loads an address of a device into a register, with p.elw, which may sleep. */
  void elw(int register, int address) {
    code.li(A0, address).word(A0 << 15 | 6 << 12 | register << 7 | 3);
  }

  /** Appends a register to the log in L1 that only one core at a time may write. */
  void log(int register) {
    code.li(A0, LOG).word(lw(A1, A0, 0), addi(A1, A1, 4), sw(A1, A0, 0));
    code.word(A1 << 20 | A0 << 15 | A0 << 7 | 0x33, sw(register, A0, 0));
  }

  /** The test ends when a core comes here. */
  void end() {
    watched = code.here();
    code.exit(0);
  }

  /** Runs the program; what the log, and L1, hold at its end. */
  Result run() {
    return run(RunOptions.defaults());
  }

  Result run(RunOptions options) {
    byte[][] l1 = new byte[1][];
    RunOptions all =
        options
            .withMaxCycles(200_000)
            .withChip(options.chip().withCores(cores))
            .withProbes(
                Map.of(watched, (machine, core) -> l1[0] = machine.read(0x10000000, 65536)));
    code.word(SLEEP);
    RunResult result = Simulator.run(code.program(), all);
    return new Result(ByteBuffer.wrap(l1[0]).order(ByteOrder.LITTLE_ENDIAN), result);
  }

  /** What a run left. */
  record Result(ByteBuffer l1, RunResult result) {
    List<Integer> log() {
      List<Integer> list = new ArrayList<>();
      for (int i = 4; i <= l1.getInt(0x200); i += 4) {
        list.add(l1.getInt(0x200 + i));
      }
      return list;
    }

    int word(int address) {
      return l1.getInt(address & 0xfffff);
    }
  }
}
