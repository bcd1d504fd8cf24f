package dev.marlin.simulator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

  /** Running ahead by less is not worth the preparation. */
  private static final int SHORT = 64;

  /** How often in a row code must have been fast before its time is not taken any more. */
  private static final int PROVEN = 16;

  /** How often code that is not worth it is interpreted before it is tried again. */
  private static final int PAUSE = 2000;

  /** At most so many cycles, and so many accesses, in a slice. */
  private static final int ROOM = 4096;

  /** Where cycle 0 is in {@link #lane}: before it is room for the longest wait. */
  static final int LANE_START = 128;

  static final VarHandle HALVES =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BITS_MASK = 255;

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

  /** For each cycle of the slice 16 bits: the bank that is accessed then. */
  final byte[] lane = new byte[LANE_START + 2 * ROOM + 64];

  // Bits of words of L1; more than one word share a bit when L1 is larger than GAP8's.

  private final long[] loaded = new long[BITS_MASK + 1];
  private final long[] stored = new long[BITS_MASK + 1];

  /** What all others that were ahead when the slice began had stored, or accessed at all. */
  private final long[] storedByOthers = new long[BITS_MASK + 1];

  private final long[] usedByOthers = new long[BITS_MASK + 1];

  final int bankMask;
  final int[] loopStart;
  final int[] loopEnd;
  final int[] loopCount;
  int accesses;
  int exit;
  long counts;

  /** Whether there is something that has not been timed. */
  boolean active;

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

  RunAhead(Core core, FastCluster cluster, L1 l1) {
    this.core = core;
    this.cluster = cluster;
    this.memory = l1.memory.bytes;
    this.bankMask = l1.bankMask;
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

  /** Whether a load may be made ahead of time: not where another core has stored ahead of it. */
  static boolean mayLoad(RunAhead ahead, int offset) {
    return (ahead.storedByOthers[offset >>> 8 & BITS_MASK] >>> (offset >>> 2) & 1) == 0;
  }

  static int noteLoad(int value, RunAhead ahead, int at, int time, int offset) {
    int word = offset >>> 2;
    ahead.trace[at] = time << TIME_SHIFT | word;
    ahead.values[at] = value;
    HALVES.set(ahead.lane, LANE_START + 2 * time, (short) (1 << (word & ahead.bankMask)));
    ahead.loaded[offset >>> 8 & BITS_MASK] |= 1L << word;
    return value;
  }

  /** Whether a store may be made ahead of time: not where another core has been ahead of it. */
  static boolean mayStore(RunAhead ahead, int offset) {
    return (ahead.usedByOthers[offset >>> 8 & BITS_MASK] >>> (offset >>> 2) & 1) == 0;
  }

  static void noteStore(RunAhead ahead, int at, int time, int offset) {
    int word = offset >>> 2;
    ahead.trace[at] = time << TIME_SHIFT | STORE | word;
    ahead.values[at] = Near.word(ahead.memory, offset & ~3);
    ahead.stored[offset >>> 8 & BITS_MASK] |= 1L << word;
    HALVES.set(ahead.lane, LANE_START + 2 * time, (short) (1 << (word & ahead.bankMask)));
  }

  /** What translated code throws where it cannot get. */
  static IllegalStateException lost() {
    return new IllegalStateException("A hardware loop begins where its translation has no code.");
  }

  // ---- slices

  /**
   * Executes ahead from the core's next instruction, which starts at a cycle.
   *
   * @return whether anything could be executed
   */
  boolean run(long start) {
    HotCode hot = cluster.enterable(core, start);
    if (hot == null || (hot.worth < 0 && ++hot.worth < 0)) {
      return false;
    }
    final HotCode first = hot;
    save();
    cluster.collect(this);
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
    if (t >= SHORT) {
      first.worth = Math.min(64, first.worth + 4);
    } else if (--first.worth < 0) {
      first.worth = -PAUSE;
    }
    if (t == 0) {
      return false;
    }
    active = true;
    return true;
  }

  /** Executes one translation; the time after it. */
  int enter(HotCode hot, Region region, int from, int limit) {
    int t;
    if (hot.proven < PROVEN) {
      long began = System.nanoTime();
      t = region.run(this, from, limit);
      prove(hot, t - from, System.nanoTime() - began);
    } else {
      t = region.run(this, from, limit);
    }
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

  /**
   * Leaves code alone for a while that the JVM has not compiled yet. Only speed depends on it, no
   * result.
   */
  private static void prove(HotCode hot, int cycles, long nanoseconds) {
    if (nanoseconds <= 10L * cycles + 500) {
      hot.proven++;
    } else {
      hot.proven = 0;
      hot.skip = 4;
    }
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
    Arrays.fill(loaded, 0);
    Arrays.fill(stored, 0);
    Arrays.fill(lane, 0, LANE_START + 2 * length + 16, (byte) 0);
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

  /** Sets the present cycle of the slice: everything before it has been timed. */
  void moveTo(int cycle) {
    position = cycle;
    int low = timed;
    int high = accesses;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (trace[middle] >>> TIME_SHIFT < cycle) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    timed = low;
  }

  /** Whether a word is stored to, or accessed at all, by what has not been timed. */
  boolean uses(int word, boolean onlyStores) {
    for (int i = timed; i < accesses; i++) {
      int access = trace[i];
      if ((access & WORD_MASK) == word && (!onlyStores || (access & STORE) != 0)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a word may have been loaded or stored to in this slice. */
  boolean mayHaveUsed(int word) {
    int at = word >>> 6 & BITS_MASK;
    return ((loaded[at] | stored[at]) >>> word & 1) != 0;
  }

  /** Forgets who else is ahead. */
  void meetNobody() {
    Arrays.fill(storedByOthers, 0);
    Arrays.fill(usedByOthers, 0);
  }

  /** Takes care not to meet what another core has accessed ahead of time. */
  void meet(RunAhead other) {
    for (int i = 0; i <= BITS_MASK; i++) {
      storedByOthers[i] |= other.stored[i];
      usedByOthers[i] |= other.stored[i] | other.loaded[i];
    }
  }

  /** Forgets which banks are accessed in a cycle and some before it: that is in the past. */
  void clearLane(int cycle, int count) {
    for (int i = 0; i < count; i++) {
      HALVES.set(lane, LANE_START + 2 * (cycle - i), (short) 0);
    }
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
