package dev.marlin.simulator;

import java.util.Arrays;

/**
 * Somebody whom {@link Merger} times: whose turn it is in a cycle that he shares with another one.
 *
 * <p>The queue of {@link ClockDomain} serves first whom it got last. So look back for the last
 * cycle in which only one of the two had a turn: that one was enqueued later, and came first in the
 * next cycle that they shared; and with each cycle that they share their order turns round. A bit
 * for each cycle, whether it was his turn, is all that is needed; nearly always the last 64 cycles
 * tell.
 *
 * <p>Cycles count from a beginning, at which the order is given.
 */
abstract class Merged {
  /** The cycle of his next turn when all has been timed. */
  int nextStart;

  /** A bit for each cycle in which it was his turn. */
  private final long[] log;

  /** His place in order in a cycle, and that cycle: the log tells only what came since. */
  private int rank;

  private int ranked;

  Merged(int longest) {
    this.log = new long[longest / Long.SIZE + 3];
  }

  /**
   * He takes part from the beginning on.
   *
   * @param place in the queue: lower is earlier
   */
  void begin(int place) {
    Arrays.fill(log, 0);
    begin(0, place);
  }

  /** All that was before a cycle, in which he has a place in order, is of no importance. */
  final void begin(int cycle, int place) {
    ranked = cycle;
    rank = place;
  }

  /** In which of the 64 cycles before this one it was his turn: the last is highest. */
  abstract long last64(int now);

  /** Whether {@link #last64} tells. */
  abstract boolean tellsLast64(int now);

  /** Notes the turns before a cycle in the log. */
  abstract void write(int to);

  /**
   * Whether a comes before b in a cycle.
   *
   * @param ofA what {@link #last64} gives
   */
  static boolean isFirst(Merged a, long ofA, Merged b, long ofB, int now) {
    final long different = ofA ^ ofB;
    if (different == 0) {
      return a.isFirstEver(b, now);
    }
    final int last = 63 - Long.numberOfLeadingZeros(different);
    return (((int) (ofA >>> last) ^ Long.bitCount((ofA & ofB) >>> last)) & 1) != 0;
  }

  /** Whether this comes before another in a cycle; both may be waiting or have ended. */
  boolean isFirst(Merged other, int now) {
    if (tellsLast64(now) && other.tellsLast64(now)) {
      return isFirst(this, last64(now), other, other.last64(now), now);
    }
    return isFirstEver(other, now);
  }

  /** Whether this is in the queue before another when all before a cycle has been timed. */
  boolean isEnqueuedBefore(Merged other, int now) {
    return nextStart < other.nextStart
        || (nextStart == other.nextStart && other.isFirst(this, now));
  }

  private boolean isFirstEver(Merged other, int now) {
    write(now);
    other.write(now);
    int shared = 0;
    int top = now;
    while (top > ranked) {
      int word = (top - 1) >>> 6;
      long mask = -1L >>> (63 - ((top - 1) & 63));
      if (word << 6 < ranked) {
        mask &= -1L << ranked;
      }
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

  /** Notes turns: bit n is n cycles after one. */
  final void mark(int from, long bits) {
    log[from >>> 6] |= bits << from;
    log[(from >>> 6) + 1] |= bits >>> 1 >>> ~from;
  }
}
