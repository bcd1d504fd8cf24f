package dev.marlin.simulator;

/** What a core's next instructions depend on besides memory, kept to come back to. */
final class CoreState {
  private final Core core;
  private final int[] registers = new int[33];
  private final int[] loopStart = new int[2];
  private final int[] loopEnd = new int[2];
  private final int[] loopCount = new int[2];
  private Insn insn;
  private int line;

  CoreState(Core core) {
    this.core = core;
    this.insn = core.insn;
  }

  void save() {
    copy(core.registers, registers);
    copy(core.loopStart, loopStart);
    copy(core.loopEnd, loopEnd);
    copy(core.loopCount, loopCount);
    insn = core.insn;
    line = core.line;
  }

  void restore() {
    copy(registers, core.registers);
    copy(loopStart, core.loopStart);
    copy(loopEnd, core.loopEnd);
    copy(loopCount, core.loopCount);
    for (int loop = 0; loop < 2; loop++) {
      core.loopTarget[loop] = core.unit.code.at(loopStart[loop] & ~1);
    }
    core.insn = insn;
    core.line = line;
  }

  private static void copy(int[] from, int[] to) {
    System.arraycopy(from, 0, to, 0, from.length);
  }
}
