package dev.marlin.simulator;

import java.util.Arrays;

/**
 * A core that {@link Merger} times: where its slice lies in time, and whose turn it is in a cycle
 * in which it starts an instruction together with another core.
 *
 * <p>The queue of {@link ClockDomain} serves first whom it got last. So look back for the last
 * cycle in which only one of the two started an instruction: that one was enqueued later, and came
 * first in the next cycle that they shared; and with each cycle that they share their order turns
 * round. A bit for each cycle, whether an instruction started, is all that is needed; nearly always
 * the last 64 cycles tell.
 *
 * <p>Cycles count from a beginning, at which the order is given. A slice has its own cycles, and
 * each wait moves those behind it.
 */
final class MergedCore {
  final RunAhead run;

  /** Where the slice's cycle 0 would be had all waits so far come before it. */
  int base;

  /** The cycle in which it gets the bank for which it has waited, or -1. */
  int promised;

  /** The cycle of its next instruction when all has been timed. */
  int nextStart;

  private final long[] gaps;

  /** The cycle of the slice behind its last wait, and which of the 64 before it were starts. */
  private int since;

  private long before;

  /** A bit for each cycle in which it started an instruction, and the cycle up to which. */
  private final long[] log;

  private int logged;

  private int rank;

  MergedCore(RunAhead run, int longest) {
    this.run = run;
    this.gaps = run.gaps;
    this.log = new long[longest / 64 + 2];
  }

  /**
   * The core takes part from the beginning on.
   *
   * @param begin the cycle from which on cycles are counted
   * @param place in the queue: lower is earlier
   */
  void begin(long begin, int place) {
    Arrays.fill(log, 0);
    rank = place;
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
      log[0] |= withThis >>> (Long.SIZE - 1 - now);
    }
    logged = now + cycles + 1;
    before = withThis >>> cycles;
    since = cycle + 1;
    base += cycles;
    promised = now + cycles;
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

  /** In which of the 64 cycles before this one it started an instruction: the last is highest. */
  long last64(int now) {
    final int cycle = now - base;
    final int word = cycle >>> 6;
    final long bits = ~((gaps[word] >>> cycle) | (gaps[word + 1] << ~cycle << 1));
    final int known = cycle - since;
    return known >= 64 ? bits : (bits & ~(-1L >>> known)) | (before >>> known);
  }

  /**
   * Whether a comes before b in a cycle.
   *
   * @param ofA what {@link #last64} gives
   */
  static boolean isFirst(MergedCore a, long ofA, MergedCore b, long ofB, int now) {
    final long different = ofA ^ ofB;
    if (different == 0) {
      return a.isFirstEver(b, now);
    }
    final int last = 63 - Long.numberOfLeadingZeros(different);
    return (((int) (ofA >>> last) ^ Long.bitCount((ofA & ofB) >>> last)) & 1) != 0;
  }

  /** Whether this comes before another in a cycle; both may be waiting or have ended. */
  boolean isFirst(MergedCore other, int now) {
    if (tellsLast64(now) && other.tellsLast64(now)) {
      return isFirst(this, last64(now), other, other.last64(now), now);
    }
    return isFirstEver(other, now);
  }

  private boolean tellsLast64(int now) {
    return run.active && now - base >= since;
  }

  private boolean isFirstEver(MergedCore other, int now) {
    write(now);
    other.write(now);
    int shared = 0;
    int top = now;
    while (top > 0) {
      int word = (top - 1) >>> 6;
      long mask = -1L >>> (63 - ((top - 1) & 63));
      long own = log[word] & mask;
      long others = other.log[word] & mask;
      long different = own ^ others;
      if (different != 0) {
        int last = 63 - Long.numberOfLeadingZeros(different);
        shared += Long.bitCount((own & others) >>> last);
        return ((own >>> last & 1) != 0) == ((shared & 1) == 0);
      }
      shared += Long.bitCount(own);
      top = word << 6;
    }
    return rank < other.rank == ((shared & 1) == 0);
  }

  /** Writes the starts before a cycle into the log. */
  private void write(int to) {
    while (logged < to) {
      final int from = logged - base;
      final int cycles = Math.min(Long.SIZE, to - logged);
      final int word = (from >>> 6) + 1;
      long bits = ~((gaps[word] >>> from) | (gaps[word + 1] << ~from << 1));
      if (cycles < Long.SIZE) {
        bits &= (1L << cycles) - 1;
      }
      mark(logged, bits);
      logged += cycles;
    }
  }

  private void mark(int from, long bits) {
    log[from >>> 6] |= bits << from;
    log[(from >>> 6) + 1] |= bits >>> 1 >>> ~from;
  }
}
