package dev.marlin.simulator;

/**
 * A core that {@link Merger} times: where its slice lies in time, and in which cycles it has
 * started an instruction.
 *
 * <p>A slice has its own cycles, and each wait moves those behind it.
 */
final class MergedCore extends Merged {
  final RunAhead run;

  /** Where the slice's cycle 0 would be had all waits so far come before it. */
  int base;

  /** The cycle in which it gets the bank for which it has waited, or -1. */
  int promised;

  private final long[] gaps;

  /** The cycle of the slice behind its last wait, and which of the 64 before it were starts. */
  private int since;

  private long before;

  /** The cycle up to which it has noted in which ones it started an instruction. */
  private int logged;

  MergedCore(RunAhead run, int longest) {
    super(longest);
    this.run = run;
    this.gaps = run.gaps;
  }

  /**
   * The core takes part from the beginning on.
   *
   * @param begin the cycle from which on cycles are counted
   * @param place in the queue: lower is earlier
   */
  void begin(long begin, int place) {
    super.begin(place);
    before = 0;
    place((int) (run.base - begin), run.position);
    logged = base + since;
  }

  private void place(int zero, int cycle) {
    base = zero;
    since = cycle;
    promised = -1;
  }

  /**
   * It starts an instruction in this cycle, but waits.
   *
   * @param last what {@link #last64} gives
   */
  void delay(int now, int cycles, long last) {
    final int cycle = now - base;
    run.clearLane(cycle - 1, cycles);
    final long withThis = (last >>> 1) | Long.MIN_VALUE;
    if (now - logged >= Long.SIZE) {
      write(now);
    }
    if (now >= Long.SIZE - 1) {
      mark(now + 1 - Long.SIZE, withThis);
    } else {
      mark(0, withThis >>> (Long.SIZE - 1 - now));
    }
    logged = now + cycles + 1;
    before = withThis >>> cycles;
    since = cycle + 1;
    base += cycles;
    promised = now + cycles;
  }

  /** The cycle from which on it is in its slice, and does not wait. */
  int settled() {
    return base + since;
  }

  /** The 64 cycles from one on in which it starts no instruction, if nobody waits: bits. */
  long gapsFrom(int now) {
    final int cycle = now - base;
    final int word = (cycle >>> 6) + 1;
    return (gaps[word] >>> cycle) | (gaps[word + 1] << ~cycle << 1);
  }

  /**
   * It has gone through known cycles.
   *
   * @param now the one behind them
   * @param waits in them
   * @param last what {@link #last64} gives
   * @param place in order
   */
  void pass(int now, int waits, long last, int place) {
    begin(now, place);
    base += waits;
    before = last;
    since = now - base;
    logged = now;
  }

  /** The cycle at which its slice ends. */
  int end() {
    return base + run.length;
  }

  /** Its slice has ended. */
  void finish() {
    before = last64(end());
    write(end());
  }

  /** Its new slice begins in this cycle. */
  void next(int now) {
    place(now, 0);
  }

  /** The first cycle of the slice that may be timed from a cycle on. */
  int open(int now) {
    return Math.max(now - base, since);
  }

  @Override
  long last64(int now) {
    final int cycle = now - base;
    final int word = cycle >>> 6;
    final long bits = ~((gaps[word] >>> cycle) | (gaps[word + 1] << ~cycle << 1));
    final int known = cycle - since;
    return known >= 64 ? bits : (bits & ~(-1L >>> known)) | (before >>> known);
  }

  @Override
  boolean tellsLast64(int now) {
    return run.active && now - base >= since;
  }

  @Override
  void write(int to) {
    while (logged < to) {
      final int cycles = Math.min(Long.SIZE, to - logged);
      long bits = ~gapsFrom(logged);
      if (cycles < Long.SIZE) {
        bits &= (1L << cycles) - 1;
      }
      mark(logged, bits);
      logged += cycles;
    }
  }
}
