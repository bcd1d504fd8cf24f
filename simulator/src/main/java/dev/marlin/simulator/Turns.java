package dev.marlin.simulator;

import java.util.Arrays;

/**
 * Which of two cores is first in a cycle in which both start an instruction.
 *
 * <p>The queue of {@link ClockDomain} serves first whom it got last. So look back for the last cycle
 * in which only one of the two started an instruction: that one was enqueued later, and came first
 * in the next cycle that they shared; and with each cycle that they share their order turns round.
 * A bit for each cycle and core, whether an instruction started, is all that is needed; nearly
 * always the last 64 cycles tell.
 *
 * <p>Cycles count from a beginning, at which the order is given. A core's slice has its own cycles,
 * and each wait moves those behind it.
 */
final class Turns {
  /** The starts of each member's slice, cycle by cycle, see {@link RunAhead#starts}. */
  private final long[][] slice;

  /** Where the slice's cycle 0 would be had all waits so far come before it. */
  private final int[] base;

  /** The last cycle of the slice at which the member waited; and 64 bits: what was before then. */
  private final int[] since;

  private final long[] before;

  /** All starts up to a cycle of the slice, where its cycle 0 was, and the waits since then. */
  private final long[][] log;

  private final int[] logged;
  private final int[] loggedBase;
  private final int[][] waits;
  private final int[] waitCount;

  private final int[] rank;

  Turns(int members, int longest) {
    this.slice = new long[members][];
    this.base = new int[members];
    this.since = new int[members];
    this.before = new long[members];
    this.log = new long[members][longest / 64 + 2];
    this.logged = new int[members];
    this.loggedBase = new int[members];
    this.waits = new int[members][longest];
    this.waitCount = new int[members];
    this.rank = new int[members];
  }

  /**
   * A member takes part from the beginning on.
   *
   * @param starts of its slice
   * @param cycle of the slice that is its next
   * @param zero where the slice's cycle 0 would be
   * @param place in the queue: lower is earlier
   */
  void begin(int member, long[] starts, int cycle, int zero, int place) {
    slice[member] = starts;
    base[member] = zero;
    since[member] = cycle;
    before[member] = 0;
    Arrays.fill(log[member], 0);
    logged[member] = cycle;
    loggedBase[member] = zero;
    waitCount[member] = 0;
    rank[member] = place;
  }

  /** Where cycle 0 of a member's slice would be. */
  int base(int member) {
    return base[member];
  }

  /** A member, which starts an instruction in this cycle, waits. */
  void delay(int member, int now, int cycles) {
    final int cycle = now - base[member];
    before[member] = (last64(member, now) >>> 1 | Long.MIN_VALUE) >>> cycles;
    since[member] = cycle + 1;
    base[member] += cycles;
    waits[member][waitCount[member]++] = cycle << 8 | cycles;
  }

  /** A member's slice has ended. */
  void end(int member, int length) {
    before[member] = last64(member, base[member] + length);
    write(member, length);
  }

  /** A member's new slice begins in this cycle. */
  void next(int member, int now) {
    base[member] = now;
    loggedBase[member] = now;
    since[member] = 0;
    logged[member] = 0;
  }

  /** The first cycle of the slice that may be timed from a cycle on. */
  int open(int member, int now) {
    return Math.max(now - base[member], since[member]);
  }

  /** In which of the 64 cycles before this one the member started an instruction: last highest. */
  long last64(int member, int now) {
    final long[] starts = slice[member];
    final int cycle = now - base[member];
    final int word = cycle >>> 6;
    final long bits = starts[word] >>> cycle | starts[word + 1] << ~cycle << 1;
    final int known = cycle - since[member];
    return known >= 64 ? bits : (bits & ~(-1L >>> known)) | before[member] >>> known;
  }

  /**
   * Whether a comes before b in a cycle.
   *
   * @param ofA what {@link #last64} gives
   */
  boolean isFirst(int a, long ofA, int b, long ofB, int now) {
    final long different = ofA ^ ofB;
    if (different == 0) {
      return isFirst(a, b, now);
    }
    final int last = 63 - Long.numberOfLeadingZeros(different);
    return ((ofA >>> last) + Long.bitCount((ofA & ofB) >>> last) & 1) != 0;
  }

  /** Whether a comes before b in a cycle. */
  boolean isFirst(int a, int b, int now) {
    write(a, open(a, now));
    write(b, open(b, now));
    final long[] logA = log[a];
    final long[] logB = log[b];
    int shared = 0;
    int top = now;
    while (top > 0) {
      int word = (top - 1) >>> 6;
      long mask = -1L >>> (63 - ((top - 1) & 63));
      long ofA = logA[word] & mask;
      long ofB = logB[word] & mask;
      long different = ofA ^ ofB;
      if (different != 0) {
        int last = 63 - Long.numberOfLeadingZeros(different);
        shared += Long.bitCount((ofA & ofB) >>> last);
        return ((ofA >>> last & 1) != 0) == ((shared & 1) == 0);
      }
      shared += Long.bitCount(ofA);
      top = word << 6;
    }
    return rank[a] < rank[b] == ((shared & 1) == 0);
  }

  /** Writes the starts before a cycle of the slice into the log. */
  private void write(int member, int to) {
    for (int k = 0; k < waitCount[member]; k++) {
      int wait = waits[member][k];
      copy(member, (wait >>> 8) + 1);
      loggedBase[member] += wait & 0xff;
    }
    waitCount[member] = 0;
    copy(member, to);
  }

  private void copy(int member, int to) {
    long[] starts = slice[member];
    long[] target = log[member];
    int from = logged[member];
    while (from < to) {
      int cycles = Math.min(64, to - from);
      int word = (from >>> 6) + 1;
      long bits = starts[word] >>> from;
      if ((from & 63) != 0) {
        bits |= starts[word + 1] << -from;
      }
      if (cycles < 64) {
        bits &= (1L << cycles) - 1;
      }
      int at = loggedBase[member] + from;
      target[at >>> 6] |= bits << at;
      target[(at >>> 6) + 1] |= bits >>> 1 >>> ~at;
      from += cycles;
    }
    logged[member] = from;
  }
}
