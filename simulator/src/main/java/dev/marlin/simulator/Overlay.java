package dev.marlin.simulator;

import java.util.Arrays;

/**
 * The lanes of all cores that {@link Merger} times, laid over each other as they lie in time, and
 * one of banks that others have taken: finds the cycles in which banks meet.
 */
final class Overlay {
  /** Cycles looked at together, and bits for each. */
  private static final int TOGETHER = 4;

  private static final int LANE_SHIFT = 4;
  private static final int LANE_MASK = (1 << (1 << LANE_SHIFT)) - 1;

  /** Further in time than this no bank may be taken when cores are to be timed together. */
  private static final int FARTHEST = 60;

  /** Cores whose lanes are laid over each other at a time. */
  private static final int EIGHT = 8;

  /** Where each member's cycle 0 would be in the lanes; in eights, the last of which are empty. */
  final int[] laneStart;

  /** The banks that are asked for more than once in a cycle, and who asks for the first. */
  int meeting;

  int asking;

  /** The banks that are taken or asked for in a cycle. */
  int used;

  /** No bank is taken from this cycle on. */
  long allFree;

  private final byte[] lanes;
  private final long[] bankFree;

  /** An empty lane, and one of banks that are taken by others. */
  private final int empty;

  private final int outside;

  /** The cycle from which on nobody else has taken a bank. */
  private int outsideEnd;

  private long begin;

  Overlay(byte[] lanes, int cores, long[] bankFree) {
    this.lanes = lanes;
    this.bankFree = bankFree;
    this.laneStart = new int[(cores + EIGHT - 1) / EIGHT * EIGHT];
    this.outside = cores * Lane.BYTES + Lane.START;
    this.empty = outside + Lane.BYTES;
  }

  /**
   * Cycles count from now on; nobody is a member yet. Notes the banks that others have taken.
   *
   * @return false if one is taken for too long
   */
  boolean begin(long now) {
    begin = now;
    outsideEnd = 0;
    Arrays.fill(laneStart, empty);
    for (long free : bankFree) {
      outsideEnd = (int) Math.max(outsideEnd, Math.min(free - begin, FARTHEST + 1));
    }
    if (outsideEnd > FARTHEST) {
      return false;
    }
    allFree = begin + outsideEnd;
    for (int cycle = 0; cycle < outsideEnd; cycle++) {
      int taken = 0;
      for (int b = 0; b < bankFree.length; b++) {
        taken |= bankFree[b] > begin + cycle ? 1 << b : 0;
      }
      Lane.HALVES.set(lanes, outside + 2 * cycle, (short) taken);
    }
    return true;
  }

  /** Sets where in the lanes a member's cycle 0 would be. */
  void place(int member, int start) {
    laneStart[member] = start;
  }

  /** Nothing is noted any more. */
  void end() {
    if (outsideEnd != 0) {
      Arrays.fill(lanes, outside, outside + 2 * outsideEnd, (byte) 0);
    }
  }

  /** Notes for the cycles to come that others have taken a bank. */
  void take(long free, int from, int bank) {
    final int end = (int) (free - begin);
    for (int cycle = from; cycle < end; cycle++) {
      final int at = outside + 2 * cycle;
      Lane.HALVES.set(lanes, at, (short) ((short) Lane.HALVES.get(lanes, at) | 1 << bank));
    }
    outsideEnd = Math.max(outsideEnd, end);
    allFree = Math.max(allFree, free);
  }

  /** Finds out which banks are used in a cycle, and which of them more than once. */
  void look(int now) {
    int taken = now < outsideEnd ? (short) Lane.HALVES.get(lanes, outside + 2 * now) : 0;
    int meet = 0;
    for (int start : laneStart) {
      final int core = (short) Lane.HALVES.get(lanes, start + 2 * now);
      meet |= taken & core;
      taken |= core;
    }
    used = taken;
    meeting = meet & LANE_MASK;
  }

  /** The first cycle in which banks meet, or the one where to stop. */
  int advance(int from, int stop) {
    return laneStart.length == EIGHT ? advanceEight(from, stop) : advanceAny(from, stop);
  }

  private int advanceEight(int from, int stop) {
    final byte[] all = lanes;
    final int[] start = laneStart;
    for (int now = from; now < stop; now += TOGETHER) {
      final int at = 2 * now;
      final long others = now < outsideEnd ? (long) Lane.LONGS.get(all, outside + at) : 0;
      final long a = (long) Lane.LONGS.get(all, start[0] + at);
      final long b = (long) Lane.LONGS.get(all, start[1] + at);
      final long c = (long) Lane.LONGS.get(all, start[2] + at);
      final long d = (long) Lane.LONGS.get(all, start[3] + at);
      final long e = (long) Lane.LONGS.get(all, start[4] + at);
      final long f = (long) Lane.LONGS.get(all, start[5] + at);
      final long g = (long) Lane.LONGS.get(all, start[6] + at);
      final long h = (long) Lane.LONGS.get(all, start[7] + at);
      final long ab = a | b;
      final long cd = c | d;
      final long ef = e | f;
      final long gh = g | h;
      final long low = ab | cd;
      final long high = ef | gh;
      final long meet =
          (a & b)
              | (c & d)
              | (e & f)
              | (g & h)
              | (ab & cd)
              | (ef & gh)
              | (low & high)
              | (others & (low | high));
      if (meet != 0) {
        final int bit = Long.numberOfTrailingZeros(meet);
        asking =
            (int)
                ((a >>> bit & 1)
                    | (b >>> bit & 1) << 1
                    | (c >>> bit & 1) << 2
                    | (d >>> bit & 1) << 3
                    | (e >>> bit & 1) << 4
                    | (f >>> bit & 1) << 5
                    | (g >>> bit & 1) << 6
                    | (h >>> bit & 1) << 7);
        return Math.min(stop, now + meets(meet, bit));
      }
    }
    return stop;
  }

  private int advanceAny(int from, int stop) {
    for (int now = from; now < stop; now += TOGETHER) {
      long taken = now < outsideEnd ? (long) Lane.LONGS.get(lanes, outside + 2 * now) : 0;
      long meet = 0;
      for (int start : laneStart) {
        long core = (long) Lane.LONGS.get(lanes, start + 2 * now);
        meet |= taken & core;
        taken |= core;
      }
      if (meet != 0) {
        int bit = Long.numberOfTrailingZeros(meet);
        int cycle = now + meets(meet, bit);
        asking = asking(cycle, Integer.numberOfTrailingZeros(meeting));
        return Math.min(stop, cycle);
      }
    }
    return stop;
  }

  /** Notes the banks that meet first, of which one has a bit; how many cycles later that is. */
  private int meets(long meet, int bit) {
    final int cycle = bit >>> LANE_SHIFT;
    meeting = (int) (meet >>> (cycle << LANE_SHIFT)) & LANE_MASK;
    return cycle;
  }

  /** The members that ask for a bank in a cycle. */
  int asking(int now, int bank) {
    int mask = 0;
    for (int m = 0; m < laneStart.length; m++) {
      mask |= ((short) Lane.HALVES.get(lanes, laneStart[m] + 2 * now) >>> bank & 1) << m;
    }
    return mask;
  }
}
