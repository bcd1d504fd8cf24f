package dev.marlin.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Merger} remembers of stretches that it has timed: programs repeat themselves.
 *
 * <p>Who waits in a stretch depends on nothing but the lanes and the starts of all cores in it, and
 * on the order of the cores in the queue when it begins, provided that no bank is taken and nobody
 * waits then. A stretch ends where that is so again, after {@value #SHORTEST} cycles at least: then
 * its starts tell all that anybody will ask for later. So a stretch that was timed once gives its
 * waits by comparing it: exactly, nothing is guessed.
 *
 * <p>Stretches lie one behind the other, the first where the cores leave the queue, so that a tile
 * that is computed once more is cut as before. What follows a stretch is most likely what followed
 * it the last time, else it is looked up. In programs that do not repeat themselves that is tried
 * ever more seldom.
 */
final class Recall {
  /** Cycles of a stretch: at least as many as {@link Merged#last64} tells of. */
  private static final int SHORTEST = 64;

  private static final int LONGEST = SHORTEST + 16;

  private static final int LANE_BYTES = 2 * LONGEST;

  /** Stretches that are remembered: a power of two. */
  private static final int ROOM = 8192;

  /**
   * For so many cycles a stretch may be tried in vain: once in {@value} when nothing ever repeats.
   */
  private static final int COST = 128 * SHORTEST;

  /** How many unknown ones a known one pays for. */
  private static final int WORTH = 2;

  /**
   * The most that may be tried in vain, what may be tried at first, and what must have been saved
   * for it to be begun again.
   */
  private static final int MOST = 1024 * COST;

  private static final int FIRST = 256 * COST;

  private static final int ENOUGH = 16 * COST;

  /** No stretch is under way. */
  private static final int NONE = Integer.MAX_VALUE;

  /** A stretch: what it looked like, and what came of it. */
  private static final class Stretch {
    final int members;
    final long ranks;
    final byte[] lanes;

    /** The cycles of each core without a start, two words each. */
    final long[] gaps;

    int length;
    final int[] waits;
    final long[] last;
    long ranksAfter;

    /** What followed it the last time. */
    @Nullable Stretch next;

    Stretch(int members, long ranks, int count) {
      this.members = members;
      this.ranks = ranks;
      this.lanes = new byte[count * LANE_BYTES];
      this.gaps = new long[2 * count];
      this.waits = new int[count];
      this.last = new long[count];
    }
  }

  private final Overlay overlay;
  private final byte[] lanes;
  private final MergedCore[] members;
  private final Merged mover;
  private final @Nullable Stretch[] known = new Stretch[ROOM];

  private int count;
  private int mask;
  private long begin;

  /** Whether stretches are looked for, and for how many cycles that may go on in vain. */
  private boolean on;

  private int credit = FIRST;

  /** The stretch before, if it ended here. */
  private @Nullable Stretch previous;

  private int previousEnd;

  /** The stretch that is being timed and where it began. */
  private @Nullable Stretch timed;

  private int timedFrom;

  /** Cycles whose waits were known. */
  long recalled;

  /** There is nothing to do before this cycle. */
  private int until;

  Recall(Overlay overlay, byte[] lanes, MergedCore[] members, Merged mover) {
    this.overlay = overlay;
    this.lanes = lanes;
    this.members = members;
    this.mover = mover;
  }

  /** Cores have left the queue: all of them are known. */
  void open(long now, int cores) {
    begin = now;
    count = cores;
    on = credit >= (on ? COST : ENOUGH);
    mask = 0;
    until = on ? 0 : NONE;
    for (int m = 0; m < cores; m++) {
      mask |= members[m].run.core.bit;
      if (on) {
        until = Math.max(until, members[m].settled());
      }
    }
    previous = null;
    timed = null;
  }

  /** The cores go back to the queue after some cycles. */
  void close(int cycles) {
    credit = Math.min(MOST, credit + cycles);
  }

  /** Whether there is room for a stretch, and looking for one is not in vain. */
  boolean pays(int now, int end) {
    return now + LONGEST < end && on;
  }

  /** Whether {@link #skip} is to be asked. */
  boolean mayKnow(int now, int end) {
    return now >= until && (timed != null || now + LONGEST < end);
  }

  /** The cycle up to which the cores are to be timed before anything is asked again. */
  int next(int now, int end) {
    return until > now ? Math.min(end, until) : end;
  }

  /** The queue must do something: what is being timed is not remembered. */
  void interrupt() {
    timed = null;
    until = on ? 0 : NONE;
  }

  /**
   * Goes over known stretches.
   *
   * @param end no slice ends before this cycle, and nobody else has a turn
   * @return the cycle that is reached
   */
  int skip(int from, int end) {
    int now = from;
    final int free = (int) (overlay.allFree - begin);
    if (timed != null) {
      if (free > now && free <= timedFrom + LONGEST) {
        until = free;
        return now;
      }
      if (free <= now) {
        remember(timed, now);
      }
      timed = null;
    }
    until = Math.max(now, free);
    if (until > now) {
      return now;
    }
    while (now + LONGEST < end) {
      final long ranks = ranks(now);
      Stretch found = find(now, ranks);
      if (found == null) {
        watch(now, ranks);
        return now;
      }
      now = go(found, now);
    }
    return now;
  }

  /** The stretch that begins in a cycle if it is known. */
  private @Nullable Stretch find(int now, long ranks) {
    final Stretch before = previous;
    if (before != null) {
      final Stretch likely = before.next;
      if (likely != null && is(likely, now, ranks)) {
        return likely;
      }
    }
    final Stretch found = known[place(now, ranks)];
    if (found == null || !is(found, now, ranks)) {
      return null;
    }
    if (before != null) {
      before.next = found;
    }
    return found;
  }

  /** Moves all cores over a known stretch; the cycle behind it. */
  private int go(Stretch stretch, int now) {
    final int end = now + stretch.length;
    recalled += stretch.length;
    credit = Math.min(MOST, credit + WORTH * COST);
    for (int m = 0; m < count; m++) {
      final int waits = stretch.waits[m];
      members[m].pass(end, waits, stretch.last[m], (int) (stretch.ranksAfter >>> (4 * m)) & 15);
      overlay.laneStart[m] -= 2 * waits;
    }
    mover.begin(end, count);
    previous = stretch;
    previousEnd = end;
    return end;
  }

  /** Begins to time a stretch that is not known. */
  private void watch(int now, long ranks) {
    credit -= COST;
    if (credit < COST) {
      on = false;
      until = NONE;
      return;
    }
    final Stretch stretch = new Stretch(mask, ranks, count);
    for (int m = 0; m < count; m++) {
      System.arraycopy(
          lanes, overlay.laneStart[m] + 2 * now, stretch.lanes, m * LANE_BYTES, LANE_BYTES);
      stretch.gaps[2 * m] = members[m].gapsFrom(now);
      stretch.gaps[2 * m + 1] = members[m].gapsFrom(now + Long.SIZE);
      stretch.waits[m] = members[m].base;
    }
    timed = stretch;
    timedFrom = now;
    until = now + SHORTEST;
    known[place(now, ranks)] = null;
  }

  /** A stretch has been timed. */
  private void remember(Stretch stretch, int now) {
    stretch.length = now - timedFrom;
    for (int m = 0; m < count; m++) {
      stretch.waits[m] = members[m].base - stretch.waits[m];
      stretch.last[m] = members[m].last64(now);
    }
    stretch.ranksAfter = compare(now);
    if (previous != null && previousEnd == timedFrom) {
      previous.next = stretch;
    }
    known[placeOf(stretch)] = stretch;
    previous = stretch;
    previousEnd = now;
  }

  // ---- what a stretch looks like

  private boolean is(Stretch stretch, int now, long ranks) {
    if (stretch.ranks != ranks || stretch.members != mask) {
      return false;
    }
    for (int m = 0; m < count; m++) {
      final MergedCore core = members[m];
      final int at = overlay.laneStart[m] + 2 * now;
      if (stretch.gaps[2 * m] != core.gapsFrom(now)
          || stretch.gaps[2 * m + 1] != core.gapsFrom(now + Long.SIZE)
          || !Arrays.equals(
              lanes, at, at + LANE_BYTES, stretch.lanes, m * LANE_BYTES, (m + 1) * LANE_BYTES)) {
        return false;
      }
    }
    return true;
  }

  private int place(int now, long ranks) {
    long hash = ranks;
    for (int m = 0; m < count; m++) {
      hash = mix(hash, lanes, overlay.laneStart[m] + 2 * now);
    }
    return (int) (hash >>> 32) & (ROOM - 1);
  }

  private int placeOf(Stretch stretch) {
    long hash = stretch.ranks;
    for (int m = 0; m < count; m++) {
      hash = mix(hash, stretch.lanes, m * LANE_BYTES);
    }
    return (int) (hash >>> 32) & (ROOM - 1);
  }

  /** Mixes the banks of 16 cycles into a number. */
  private static long mix(long hash, byte[] lanes, int at) {
    long a = (long) Lane.LONGS.get(lanes, at) + 3 * (long) Lane.LONGS.get(lanes, at + 8);
    long b = (long) Lane.LONGS.get(lanes, at + 16) + 3 * (long) Lane.LONGS.get(lanes, at + 24);
    long mixed = (hash ^ a) * 0x9E37_79B9_7F4A_7C15L + b;
    return mixed ^ mixed >>> 29;
  }

  /** The place of each core in order, four bits each. */
  private long ranks(int now) {
    final Stretch before = previous;
    return before != null && previousEnd == now ? before.ranksAfter : compare(now);
  }

  private long compare(int now) {
    long ranks = 0;
    for (int m = 1; m < count; m++) {
      final MergedCore a = members[m];
      final long last = a.last64(now);
      for (int k = 0; k < m; k++) {
        final MergedCore b = members[k];
        ranks += Merged.isFirst(a, last, b, b.last64(now), now) ? 1L << (4 * k) : 1L << (4 * m);
      }
    }
    return ranks;
  }
}
