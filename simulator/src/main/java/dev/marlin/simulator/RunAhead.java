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
  static final int SLICE = 4500;

  /** Running ahead by less is not worth the preparation. */
  private static final int SHORT = 20;

  /** How often in a row code must have been fast before its time is not taken any more. */
  private static final int PROVEN = 16;

  /**
   * How often code that is not worth it is interpreted before it is tried again: at most, as it is
   * twice as often each time. At first it is not worth it as it has not been decoded.
   */
  private static final int LONGEST_PAUSE = 1024;

  /**
   * At most so many cycles, and so many stores, in a slice: no way through a translation without a
   * backward jump takes a thousand cycles.
   */
  static final int ROOM = 8192;

  private static final int TIME_SHIFT = 18;
  private static final int WORD_MASK = (1 << TIME_SHIFT) - 1;

  /** Fields of {@link #counts}. */
  private static final int LOAD_USE_SHIFT = 24;

  private static final int BRANCH_SHIFT = 44;

  final Core core;
  final FastCluster cluster;

  // What translated code works with.
  final int[] registers;
  final byte[] memory;

  /** Each store: what was there before, time and word. */
  final long[] stores = new long[ROOM];

  /**
   * A bit for each cycle of the slice in which no instruction starts, as one takes longer; before
   * them 64 others.
   */
  final long[] gaps = new long[ROOM / 64 + 3];

  /**
   * For each cycle of the slice 16 bits: the bank that is accessed then, as {@link Lane#of} gives
   * it; where cycle 0 is.
   */
  final byte[] lanes;

  final int lane;

  /** The words that the slice has used; and its marks for translated code. */
  final Footprint footprint;

  final byte[] marks;

  int seal;

  /** The slice's number. */
  int id;

  /** For each way of the instruction cache the last slice that fetched from it. */
  final int[] lines;

  final int bankMask;
  final int[] loopStart;
  final int[] loopEnd;
  final int[] loopCount;

  /** Stores of the slice. */
  int storeCount;

  /** Address at which the translation begins. */
  int origin;

  /** Lines of the translation that it may not enter now. */
  long missing;

  int exit;
  long counts;

  /** Whether there is something that has not been timed. */
  boolean active;

  /** The cycle at which the slice would have begun had all its waits so far come before. */
  long base;

  /** The next instruction to be timed, and the end, in cycles of the slice. */
  int position;

  int length;

  /** The core when the slice began. */
  private final CoreState before;

  /** While the slice is repeated: the cycle, and the first one with an access that is too early. */
  private int repeated;

  private int tooEarly;

  /** Cycles of the slice that {@link #lane} and {@link #gaps} may still tell of. */
  private int dirty;

  private final AheadInterpreter interpreter;

  RunAhead(Core core, FastCluster cluster, Machine machine, int hotAfter) {
    this.core = core;
    this.cluster = cluster;
    this.memory = machine.l1.memory.bytes;
    this.footprint = new Footprint(memory.length / 4, ROOM);
    this.marks = footprint.marks;
    this.bankMask = machine.l1.bankMask;
    this.lines = new int[machine.clusterIcache.lines()];
    this.registers = core.registers;
    this.loopStart = core.loopStart;
    this.loopEnd = core.loopEnd;
    this.loopCount = core.loopCount;
    this.before = new CoreState(core);
    this.lanes = cluster.lanes;
    this.lane = Lane.BYTES * core.index + Lane.START;
    this.interpreter = new AheadInterpreter(this, machine.clusterIcache, hotAfter);
  }

  /** Instructions, cycles waited for operands, cycles lost in branches: packed in one number. */
  static long counts(int instructions, int loadUse, int branches) {
    return instructions | (long) loadUse << LOAD_USE_SHIFT | (long) branches << BRANCH_SHIFT;
  }

  // ---- called by translated code

  /** Marks the cycles in which no instruction starts: bit n of the mask is n cycles after t. */
  static void mark(long[] gaps, int t, long mask) {
    gaps[(t >>> 6) + 1] |= mask << t;
    gaps[(t >>> 6) + 2] |= mask >>> 1 >>> ~t;
  }

  /**
   * Writes an access down: the word that is used, and the bank in its cycle.
   *
   * @param address of an access that has been found to be one of L1, or its offset there
   * @param at where in the lanes the cycle is
   */
  static void note(int address, byte[] marks, int seal, byte[] lanes, int at, int bankMask) {
    int word = address >>> 2;
    marks[word & (marks.length - 1)] = (byte) seal;
    Lane.HALVES.set(lanes, at, Lane.of(word, bankMask));
  }

  /** The word of an entry in {@link #stores}. */
  static int wordOf(long store) {
    return (int) store & WORD_MASK;
  }

  /** Writes a store down that is about to be made: what was there before, when and where. */
  static void noteStore(byte[] memory, long[] stores, int at, int time, int offset) {
    long old = Near.word(memory, offset & ~3);
    stores[at] = (old << 32) | (time << TIME_SHIFT) | (offset >>> 2);
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
    final Insn first = core.insn;
    if (core.fetchCycles != 0 || core.alert != 0) {
      return false;
    }
    if (first.worth < 0) {
      first.worth++;
      return false;
    }
    save();
    base = start;
    int t = 0;
    while (t < SLICE) {
      int before = t;
      HotCode hot = cluster.enterable(core, start);
      if (hot != null) {
        t = enter(hot, cluster.traced(hot), t, SLICE);
      }
      if (t == before) {
        t = interpreter.run(t, SLICE, start);
        if (t == before) {
          break;
        }
      }
    }
    t = publish(t);
    if (t >= SHORT) {
      first.worth = Math.min(16, first.worth + 4);
    } else if (--first.worth < 0) {
      first.worth = -first.pause;
      first.pause = Math.min(LONGEST_PAUSE, 2 * first.pause);
    }
    active = t != 0;
    return active;
  }

  /**
   * Ends the slice before the first access that another core's slice does not allow: one of them
   * would have stored to a word that the other has used; the slice's length.
   */
  private int publish(int cycles) {
    length = cycles;
    dirty = cycles;
    footprint.stored(stores, storeCount);
    return cluster.meets(this) ? cut() : cycles;
  }

  /** Takes back the first access that comes too early, and all that follow. */
  private int cut() {
    final long instructions = core.instructions;
    final long counted = core.countedCycles;
    final long loadUse = core.loadUseStalls;
    final long branch = core.branchStalls;
    takeBack();
    tooEarly = length;
    repeat(length, false);
    takeBack();
    length = tooEarly;
    tooEarly = 0;
    Arrays.fill(lanes, lane + 2 * length, lane + 2 * dirty, (byte) 0);
    storeCount = storesBefore(length);
    footprint.stored(stores, storeCount);
    core.instructions = instructions;
    core.loadUseStalls = loadUse;
    core.branchStalls = branch;
    repeat(length, false);
    counts =
        counts(
            (int) (core.instructions - instructions),
            (int) (core.loadUseStalls - loadUse),
            (int) (core.branchStalls - branch));
    core.instructions = instructions;
    core.countedCycles = counted;
    core.loadUseStalls = loadUse;
    core.branchStalls = branch;
    core.port.guard(cluster.active != 0);
    return length;
  }

  /** Executes one translation; the time after it. */
  int enter(HotCode hot, Region region, int from, int limit) {
    int t;
    origin = hot.insns[0].address;
    if (hot.proven < PROVEN) {
      long began = System.nanoTime();
      t = region.run(this, from, limit);
      prove(hot, t - from, System.nanoTime() - began);
    } else {
      t = region.run(this, from, limit);
    }
    Insn next = hot.exits[exit];
    if (t == from) {
      hot.wasUseless();
      return t;
    }
    hot.useless = 0;
    if (exit < hot.insns.length && hot.unexplored[exit] != null) {
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
    before.save();
    storeCount = 0;
    counts = 0;
    position = 0;
    id++;
    footprint.clear();
    seal = footprint.seal;
    Arrays.fill(lanes, lane - Lane.START, lane + 2 * dirty + 16, (byte) 0);
    Arrays.fill(gaps, 0, Math.min(gaps.length, (dirty >>> 6) + 3), 0);
  }

  /** The first start of an instruction at or after a cycle of the slice, or its end. */
  int startFrom(int t) {
    if (t >= length) {
      return length;
    }
    int word = t >>> 6;
    long bits = ~gaps[word + 1] & -1L << t;
    while (bits == 0) {
      word++;
      if (word << 6 >= length) {
        return length;
      }
      bits = ~gaps[word + 1];
    }
    return Math.min(length, (word << 6) + Long.numberOfTrailingZeros(bits));
  }

  /** Times the instruction of this cycle; the cycles until the next. */
  int play(L1 l1, long now) {
    int waits = 0;
    int accessed = (short) Lane.HALVES.get(lanes, lane + 2 * position) & 0xffff;
    if (accessed != 0) {
      waits = l1.reserve(Lane.bankOf(accessed, bankMask) << 2, now);
      delay(waits);
    }
    int next = startFrom(position + 1);
    int cycles = next - position + waits;
    position = next;
    return cycles;
  }

  /** The stores before a cycle of the slice. */
  private int storesBefore(int cycle) {
    int low = 0;
    int high = storeCount;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if ((int) stores[middle] >>> TIME_SHIFT < cycle) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether the slice has stored to a word that another one has used, or the other way round. */
  boolean meets(RunAhead other) {
    return hasStoredFor(other) || other.hasStoredFor(this);
  }

  private boolean hasStoredFor(RunAhead other) {
    if (footprint.mayHaveStored(other.footprint)) {
      for (int i = 0; i < storeCount; i++) {
        if (other.footprint.used(wordOf(stores[i]))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether the slice does not allow another one to use a word as long as it is under way. */
  boolean excludes(int word, boolean write) {
    return footprint.used(word) && (write || hasStored(word, 0));
  }

  private boolean hasStored(int word, int from) {
    for (int i = from; i < storeCount; i++) {
      if (wordOf(stores[i]) == word) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether somebody else's access at the present cycle would change what the slice has done, or
   * would see what it has not done yet.
   */
  boolean forbids(int word, boolean write) {
    return footprint.used(word) && (write || hasStored(word, storesBefore(position)));
  }

  /** Forgets which banks are accessed in a cycle and some before it: that is in the past. */
  void clearLane(int cycle, int count) {
    for (int i = 0; i < count; i++) {
      Lane.HALVES.set(lanes, lane + 2 * (cycle - i), (short) 0);
    }
  }

  void delay(int waits) {
    base += waits;
    core.contentionStalls += waits;
    core.countedCycles += waits;
  }

  /** Waits have moved the slice, so that its cycle 0 would have been this one. */
  void delayTo(long cycle) {
    delay((int) (cycle - base));
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
    active = false;
    takeBack();
    storeCount = 0;
    counts = 0;
    repeat(position, true);
  }

  /** The core and L1 as they were at the beginning of the slice. */
  private void takeBack() {
    for (int i = storeCount - 1; i >= 0; i--) {
      Near.storeWord(memory, wordOf(stores[i]) << 2, (int) (stores[i] >> 32));
    }
    before.restore();
  }

  /**
   * Executes the slice's beginning once more: nobody has stored to what it used, so it does the
   * same.
   *
   * @param translated whether translations may help: they do not tell of each access
   */
  private void repeat(int cycles, boolean translated) {
    repeated = 0;
    core.port.guard(true);
    while (repeated < cycles) {
      int reached = translated ? cluster.again(this, repeated, cycles) : repeated;
      if (reached == repeated) {
        repeated += core.repeat();
      } else {
        count(reached - repeated);
        repeated = reached;
      }
    }
    if (repeated != cycles) {
      throw new IllegalStateException(
          "Core " + core.index + " took " + repeated + " cycles again instead of " + cycles);
    }
  }

  /** An access of the slice is made once more. */
  void repeats(int offset, boolean write) {
    if (repeated < tooEarly && cluster.meets(this, offset >>> 2, write)) {
      tooEarly = repeated;
    }
  }
}
