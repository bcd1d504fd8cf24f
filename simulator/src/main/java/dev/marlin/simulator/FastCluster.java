package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Lets the cluster's cores execute translated code, alone or ahead of each other.
 *
 * <p>A core that is alone executes as long as nothing else happens. Cores that share L1 each {@link
 * RunAhead} of time, which is right as long as no word that one of them stores is used by another
 * in the meantime; each slice leaves its seal with every word that it uses, and ends before it
 * would use what another one stored; whoever accesses L1 otherwise (interpreted instructions, the
 * fabric controller, the DMA) asks before. In doubt all cores go back to the present cycle and are
 * interpreted for a while. So the interpreter and the translator give the same results in every
 * program.
 */
final class FastCluster {
  /** Visits after which code is translated, if nothing else is asked for. */
  static final int HOT = 1000;

  /** How often code is translated again. */
  private static final int MOST_AGAIN = 3;

  private static final int MOST_TRANSLATIONS = 600;
  private static final int NEVER = Integer.MIN_VALUE / 2;
  private static final int FIRST_PAUSE = 256;
  private static final int LONGEST_PAUSE = 1 << 16;

  /** Cores with something not timed yet. */
  int active;

  private final Machine machine;
  private final int hotAfter;
  private final ClockDomain clock;
  private final RunAhead[] ahead;
  private final Core[] cores;
  private final Merger merger;

  /** For each core, and one that stands for others: which bank it accesses in each cycle. */
  final byte[] lanes;

  private int codeVersion;
  private int translations;
  private long pausedUntil;
  private int pause = FIRST_PAUSE;
  private long conflictsSince;

  /** Slices begun and conflicts met: for whoever tunes this. */
  long slices;

  long conflicts;

  FastCluster(Machine machine, Core[] cores, ClockDomain clock, int hotAfter) {
    this.hotAfter = hotAfter;
    this.machine = machine;
    this.clock = clock;
    this.cores = cores;
    this.ahead = new RunAhead[cores.length];
    this.lanes = new byte[(cores.length + 2) * Lane.BYTES];
    for (int i = 0; i < cores.length; i++) {
      ahead[i] = new RunAhead(cores[i], this, machine, hotAfter);
      cores[i].runAhead(ahead[i]);
    }
    this.merger = new Merger(this, clock, machine.dma, machine.l1, ahead);
    machine.clusterIcache.beforeEviction(this::evict);
  }

  // ---- translations

  /** The translation at a core's next instruction if it may run now, else null. */
  @Nullable HotCode enterable(Core core, long now) {
    Insn i = core.insn;
    HotCode hot = i.hot;
    if (hot == null) {
      if (++i.heat < hotAfter) {
        return null;
      }
      hot = translate(i, core);
      if (hot == null) {
        return null;
      }
    }
    if (hot.skip > 0) {
      hot.skip--;
      return null;
    }
    if (core.fetchCycles != 0 || core.alert != 0 || !hot.knowsLoopsOf(core)) {
      return null;
    }
    RunAhead run = core.ahead();
    InstructionCache icache = machine.clusterIcache;
    run.missing = hot.missing(run, icache, now, icache.isQuiet(clock.cycles), codeVersion);
    return hot.isForeign(core, i) ? null : hot;
  }

  /**
   * Executes again what a slice executed before, as far as it is translated; the cycle of the slice
   * before the end that is reached.
   */
  int again(RunAhead run, int from, int end) {
    Core core = run.core;
    HotCode hot = core.insn.hot;
    if (hot == null
        || hot.traced == null
        || end - from <= hot.longestPath
        || !hot.knowsLoopsOf(core)) {
      return from;
    }
    run.missing = hot.foreign(core, codeVersion);
    return hot.isForeign(core, core.insn)
        ? from
        : run.enter(hot, hot.traced, from, end - hot.longestPath);
  }

  private @Nullable HotCode translate(Insn i, Core core) {
    HotCode hot = null;
    if (translations < MOST_TRANSLATIONS) {
      hot = HotCodeFinder.find(i, core, machine.clusterCode);
    }
    if (hot == null || hot.insns.length < 2) {
      i.heat = translations < MOST_TRANSLATIONS ? 0 : NEVER;
      return null;
    }
    translations++;
    i.heat = hotAfter;
    i.hot = hot;
    return hot;
  }

  Region traced(HotCode hot) {
    Region region = hot.traced;
    if (region == null) {
      region =
          machine
              .options
              .translations()
              .get(hot, true, machine.chip.l1Bytes(), machine.l1.bankMask);
      hot.traced = region;
    }
    return region;
  }

  private Region alone(HotCode hot) {
    Region region = hot.alone;
    if (region == null) {
      region =
          machine
              .options
              .translations()
              .get(hot, false, machine.chip.l1Bytes(), machine.l1.bankMask);
      hot.alone = region;
    }
    return region;
  }

  /** A translation ended where its code had not been explored: it has by now, or will be. */
  void explored(HotCode hot, int exit, Core core) {
    Insn next = hot.unexplored[exit];
    Insn first = hot.insns[0];
    if (next != null
        && (next.known & core.bit) != 0
        && first.hot == hot
        && first.explored < MOST_AGAIN) {
      first.explored++;
      first.hot = null;
      first.heat = hotAfter - 2;
    }
  }

  /** Decoded instructions have changed for a core. */
  void codeChanged() {
    codeVersion++;
  }

  // ---- one core alone

  /** Executes the next instructions of the only core that has anything to do. */
  void alone(Core core) {
    RunAhead run = core.ahead();
    run.id++;
    long free = clock.freeCycles();
    while (free > 0) {
      HotCode hot = enterable(core, clock.cycles);
      if (hot == null || free <= hot.longestPath || !machine.l1.isFree(clock.cycles)) {
        return;
      }
      run.counts = 0;
      int limit = (int) Math.min(free - hot.longestPath, 1 << 16);
      int t = run.enter(hot, alone(hot), 0, limit);
      if (t == 0) {
        return;
      }
      run.count(t);
      clock.skip(t);
      free -= t;
    }
  }

  // ---- several cores

  /** A core has a new next instruction, queued: lets it run ahead from there. */
  void start(Core core) {
    if (core.cycle < pausedUntil || core.cycle - clock.cycles >= ClockDomain.SLOTS) {
      return; // whoever runs ahead must be in the ring
    }
    if (core.ahead().run(core.cycle)) {
      began();
    }
  }

  /** Lets a core go on from the end of its slice; false when it is not possible. */
  boolean goOn(RunAhead run, long now) {
    ended(run);
    if (run.run(now)) {
      began();
      return true;
    }
    return false;
  }

  private void began() {
    slices++;
    active++;
    if (active == 1) {
      guard(true);
    }
  }

  /** A slice has been timed. */
  void ended(RunAhead run) {
    run.finish();
    active--;
    if (active == 0) {
      guard(false);
    }
  }

  private void guard(boolean on) {
    for (Core core : cores) {
      core.port.guard(on);
    }
  }

  /** Times the instruction of a core that is ahead; in its turn within the cycle. */
  void play(Core core) {
    RunAhead run = core.ahead();
    int cycles = run.play(machine.l1, clock.cycles);
    clock.enqueueNext(core, cycles);
    if (run.position == run.length) {
      ended(run);
      start(core);
    }
    if (cycles >= ClockDomain.SLOTS) {
      abandonAll();
    }
  }

  /** Whether all events of the queue's ring are of cores that can be timed together. */
  boolean mergesAll(int events) {
    return merger.takes(events) && machine.l1.bankMask < 16;
  }

  /** Times all cores together for as long as nobody else in the queue has a turn. */
  void merge() {
    merger.run();
  }

  /** Times the present cycle of all cores; false if the queue must do it. */
  boolean mergeOne() {
    return merger.runOne();
  }

  /** All cores must be in the queue. */
  void giveBack() {
    merger.close();
  }

  /** The cycle before which nothing happens but that the cores and the DMA use L1, each its own. */
  long quietUntil() {
    return merger.quietUntil();
  }

  /** Whether no core that is ahead uses what the DMA is about to move. */
  boolean leavesToDma() {
    return machine.dma.isApartFrom(this);
  }

  /** Whether no slice under way has used any of some words. */
  boolean leaves(int firstWord, int lastWord) {
    for (RunAhead run : ahead) {
      if (run.active && run.footprint.usedAny(firstWord, lastWord)) {
        return false;
      }
    }
    return true;
  }

  /** Cycles whose waits were known as they had been timed before: for whoever tunes this. */
  long recalled() {
    return merger.recalled();
  }

  // ---- conflicts

  /** Whether a slice has stored to a word that one under way has used, or the other way round. */
  boolean meets(RunAhead slice) {
    for (RunAhead run : ahead) {
      if (run.active && run != slice && run.meets(slice)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a slice must not access a word as long as the others are under way. */
  boolean meets(RunAhead slice, int word, boolean write) {
    for (RunAhead run : ahead) {
      if (run.active && run != slice && run.excludes(word, write)) {
        return true;
      }
    }
    return false;
  }

  /** Somebody is about to access L1 at the present cycle. */
  void beforeAccess(int offset, boolean write) {
    if (active == 0) {
      return;
    }
    int word = offset >>> 2;
    if (merger.moving) {
      merger.beforeMove(word & machine.l1.bankMask);
      return;
    }
    if (merger.isOpen()) {
      if (leaves(word, word)) {
        merger.take(word & machine.l1.bankMask);
        return;
      }
      merger.close();
    }
    for (RunAhead run : ahead) {
      if (run.active && run.forbids(word, write)) {
        conflict();
        return;
      }
    }
  }

  /**
   * Goes back to the present cycle and interprets for a while: longer each time it happens soon.
   */
  void conflict() {
    conflicts++;
    abandonAll();
    pause =
        clock.cycles - conflictsSince > 16L * pause
            ? FIRST_PAUSE
            : Math.min(LONGEST_PAUSE, 2 * pause);
    conflictsSince = clock.cycles;
    pausedUntil = clock.cycles + pause;
  }

  /** A line leaves the instruction cache: who has fetched it ahead of time goes back. */
  private void evict(int way) {
    if (active == 0) {
      return;
    }
    if (way == InstructionCache.ALL) {
      abandonAll();
      return;
    }
    merger.close();
    for (RunAhead run : ahead) {
      if (run.active && run.lines[way] == run.id) {
        run.abandon();
        active--;
      }
    }
    if (active == 0) {
      guard(false);
    }
  }

  /** All cores are again as they are in this cycle. */
  void abandonAll() {
    if (active == 0) {
      return;
    }
    merger.close();
    for (RunAhead run : ahead) {
      if (run.active) {
        run.abandon();
      }
    }
    active = 0;
    guard(false);
  }
}
