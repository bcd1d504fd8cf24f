package dev.marlin.simulator;

import java.util.Arrays;

/**
 * One cluster core running ahead of time: what it has executed that has not been timed yet.
 *
 * <p>{@link #run} executes translated code at once for up to {@value #SLICE} cycles as if L1 had no
 * contention, and writes down every access and in which cycles instructions start. Later {@link
 * #play}, or {@link Merger} for many cores together, goes through that in the order of time, finds
 * the waits, and so moves {@link #base}. Until then stores can be taken back: {@link #abandon}
 * returns to the state that the core has at the present cycle, by executing the slice's beginning
 * once more with the values loaded then.
 */
final class RunAhead {
  /** Cycles after which running ahead stops at the next backward jump. */
  static final int SLICE = 1024;

  /** At most so many cycles, and so many accesses, in a slice. */
  private static final int ROOM = 4096;

  static final int TIME_SHIFT = 19;
  static final int STORE = 1 << 18;
  static final int WORD_MASK = STORE - 1;

  /** Fields of {@link #counts}. */
  private static final int LOAD_USE_SHIFT = 24;

  private static final int BRANCH_SHIFT = 44;

  final Core core;
  final FastCluster cluster;

  // What translated code works with.
  final int[] registers;
  final byte[] memory;
  final int[] trace = new int[ROOM];
  final int[] values = new int[ROOM];
  final long[] starts = new long[ROOM / 64 + 1];
  final int[] loopStart;
  final int[] loopEnd;
  final int[] loopCount;
  int accesses;
  int exit;
  long counts;

  /** Whether there is something that has not been timed. */
  boolean active;

  /** Identifies the slice: later ones have higher numbers; the low five bits are the core. */
  int number;

  /** The cycle at which the slice would have begun had all its waits so far come before. */
  long base;

  /** Accesses that have been timed. */
  int timed;

  /** The next instruction to be timed, and the end, in cycles of the slice. */
  int position;

  int length;

  private final int[] savedRegisters = new int[33];
  private final int[] savedLoops = new int[6];
  private Insn savedInsn;
  private int savedLine;
  private int replayed;

  RunAhead(Core core, FastCluster cluster, byte[] memory) {
    this.core = core;
    this.cluster = cluster;
    this.memory = memory;
    this.registers = core.registers;
    this.loopStart = core.loopStart;
    this.loopEnd = core.loopEnd;
    this.loopCount = core.loopCount;
    this.savedInsn = core.insn;
  }

  /** Instructions, cycles waited for operands, cycles lost in branches: packed in one number. */
  static long counts(int instructions, int loadUse, int branches) {
    return instructions | (long) loadUse << LOAD_USE_SHIFT | (long) branches << BRANCH_SHIFT;
  }

  // ---- called by translated code

  /** Marks the cycles in which instructions start: bit n of the mask is n cycles after t. */
  static void mark(long[] starts, int t, long mask) {
    starts[t >>> 6] |= mask << t;
    starts[(t >>> 6) + 1] |= mask >>> 1 >>> ~t;
  }

  static int noteLoad(int value, int[] trace, int[] values, int at, int time, int offset) {
    trace[at] = time << TIME_SHIFT | offset >>> 2;
    values[at] = value;
    return value;
  }

  static void noteStore(byte[] memory, int[] trace, int[] values, int at, int time, int offset) {
    trace[at] = time << TIME_SHIFT | STORE | offset >>> 2;
    values[at] = Near.word(memory, offset & ~3);
  }

  /** Takes a word for a store; false when another core has stored there ahead of time. */
  static boolean claims(RunAhead ahead, int offset) {
    int[] tags = ahead.cluster.tags;
    int tag = tags[offset >>> 2];
    if (tag != ahead.number) {
      if (tag >= ahead.cluster.oldest && ahead.cluster.isPendingElsewhere(tag, ahead.core.index)) {
        return false;
      }
      tags[offset >>> 2] = ahead.number;
    }
    return true;
  }

  static void lost() {
    throw new IllegalStateException("A hardware loop begins where its translation has no code.");
  }

  // ---- slices

  /**
   * Executes ahead from the core's next instruction, which starts at a cycle.
   *
   * @return whether anything could be executed
   */
  boolean run(long start) {
    HotCode hot = cluster.enterable(core, start);
    if (hot == null) {
      return false;
    }
    save();
    number = cluster.nextNumber(core.index);
    base = start;
    int t = 0;
    do {
      int before = t;
      t = enter(hot, cluster.traced(hot), t, SLICE);
      if (t == before) {
        break;
      }
      hot = t < SLICE ? cluster.enterable(core, start) : null;
    } while (hot != null);
    length = t;
    if (t == 0) {
      return false;
    }
    active = true;
    return true;
  }

  /** Executes one translation; the time after it. */
  int enter(HotCode hot, Region region, int from, int limit) {
    int t = region.run(this, from, limit);
    Insn next = hot.exits[exit];
    if (t == from) {
      cluster.useless(hot);
    } else if (exit < hot.insns.length && hot.unexplored[exit] != null) {
      cluster.explored(hot, exit, core);
    }
    core.insn = next;
    core.line = (next.address & ~15) + ((next.address & 15) > 12 ? 16 : 0);
    for (int loop = 0; loop < 2; loop++) {
      if (core.loopTarget[loop].address != (loopStart[loop] & ~1)) {
        core.loopTarget[loop] = core.unit.code.at(loopStart[loop] & ~1);
      }
    }
    return t;
  }

  private void save() {
    System.arraycopy(registers, 0, savedRegisters, 0, savedRegisters.length);
    System.arraycopy(loopStart, 0, savedLoops, 0, 2);
    System.arraycopy(loopEnd, 0, savedLoops, 2, 2);
    System.arraycopy(loopCount, 0, savedLoops, 4, 2);
    savedInsn = core.insn;
    savedLine = core.line;
    accesses = 0;
    counts = 0;
    timed = 0;
    position = 0;
    Arrays.fill(starts, 0, Math.min(starts.length, (length >>> 6) + 2), 0);
  }

  /** The first start of an instruction at or after a cycle of the slice, or its end. */
  int startFrom(int t) {
    if (t >= length) {
      return length;
    }
    int word = t >>> 6;
    long bits = starts[word] & -1L << t;
    while (bits == 0) {
      word++;
      if (word << 6 >= length) {
        return length;
      }
      bits = starts[word];
    }
    return Math.min(length, (word << 6) + Long.numberOfTrailingZeros(bits));
  }

  /** Times the instruction of this cycle; the cycles until the next. */
  int play(L1 l1, long now) {
    int waits = 0;
    if (timed < accesses && trace[timed] >>> TIME_SHIFT == position) {
      waits = l1.reserve((trace[timed] & WORD_MASK) << 2, now);
      timed++;
      delay(waits);
    }
    int next = startFrom(position + 1);
    int cycles = next - position + waits;
    position = next;
    return cycles;
  }

  /** Whether the access of this cycle, if any, may have been made out of order. */
  boolean isInDoubt() {
    return timed < accesses
        && trace[timed] >>> TIME_SHIFT == position
        && cluster.isInDoubt(this, cluster.tags[trace[timed] & WORD_MASK]);
  }

  void delay(int waits) {
    base += waits;
    core.contentionStalls += waits;
    core.countedCycles += waits;
  }

  /** All has been timed. */
  void finish() {
    active = false;
    count(length);
  }

  /** Adds what has been executed to the core's statistics. */
  void count(int cycles) {
    core.countedCycles += cycles;
    core.instructions += counts & 0xffffff;
    core.loadUseStalls += counts >>> LOAD_USE_SHIFT & 0xfffff;
    core.branchStalls += counts >>> BRANCH_SHIFT;
    counts = 0;
  }

  /** Takes back what has not been timed: the core is again as it is in this cycle. */
  void abandon() {
    for (int i = accesses - 1; i >= timed; i--) {
      if ((trace[i] & STORE) != 0) {
        Near.storeWord(memory, (trace[i] & WORD_MASK) << 2, values[i]);
      }
    }
    active = false;
    System.arraycopy(savedRegisters, 0, registers, 0, savedRegisters.length);
    System.arraycopy(savedLoops, 0, loopStart, 0, 2);
    System.arraycopy(savedLoops, 2, loopEnd, 0, 2);
    System.arraycopy(savedLoops, 4, loopCount, 0, 2);
    for (int loop = 0; loop < 2; loop++) {
      core.loopTarget[loop] = core.unit.code.at(loopStart[loop] & ~1);
    }
    core.insn = savedInsn;
    core.line = savedLine;
    replayed = 0;
    core.replay(position);
    if (replayed != timed) {
      throw new IllegalStateException(
          "Core " + core.index + " made " + replayed + " accesses again instead of " + timed);
    }
  }

  /** The value that the next access loaded the first time. */
  int replayAccess() {
    return values[replayed++];
  }
}
