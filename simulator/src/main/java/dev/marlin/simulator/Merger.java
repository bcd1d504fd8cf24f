package dev.marlin.simulator;

import java.util.Arrays;

/**
 * Times the accesses of all cores that have run ahead, as the queue of {@link ClockDomain} would.
 *
 * <p>For each cycle of its slice a core has a bit for the bank that it accesses. Four cycles of all
 * cores are laid over each other at once; as long as no bit meets another one, nobody waits and
 * there is nothing else to do. Only a cycle in which banks meet is looked at closely.
 *
 * <p>Who is first in a cycle then decides who waits: {@link MergedCore}.
 */
final class Merger {
  /** Longest stretch in cycles. */
  private static final int LONGEST = 4096;

  /** A shorter stretch is not worth its preparation. */
  private static final int SHORTEST = 16;

  /** Cycles looked at together, and bits for each. */
  private static final int TOGETHER = 4;

  private static final int LANE_SHIFT = 4;
  private static final int LANE_MASK = (1 << (1 << LANE_SHIFT)) - 1;

  /** Longest wait that the queue treats like any other delay, with room for the instruction. */
  private static final int LONGEST_WAIT = 20;

  /** Further in time than this no bank may be taken when cores are to be timed together. */
  private static final int FARTHEST = 60;

  /** Cores whose lanes are laid over each other at a time. */
  private static final int EIGHT = 8;

  private final FastCluster cluster;
  private final ClockDomain clock;
  private final long[] bankFree;
  private final byte[] lanes;

  /** All cores by number; those that take part. */
  private final MergedCore[] cores;

  private final MergedCore[] members;
  private int count;

  /** Where each member's cycle 0 would be in the lanes; in eights, the last of which are empty. */
  private final int[] laneStart;

  /** An empty lane, and one of banks that are taken by others from the beginning on. */
  private final int empty;

  private final int outside;

  /** The cycle from which on nobody else has taken a bank. */
  private int outsideEnd;

  /** Position of each core, by its number, in the queue at the beginning: lower is earlier. */
  private final int[] rank;

  /** Who asks for a bank, in order, and when each has started instructions. */
  private final int[] order;

  private final long[] asked;

  /** In each of the cycles laid over each other the banks that are asked for more than once. */
  private long meeting;

  private long begin;

  Merger(FastCluster cluster, ClockDomain clock, L1 l1, RunAhead[] ahead) {
    this.cluster = cluster;
    this.clock = clock;
    this.bankFree = l1.free;
    this.lanes = cluster.lanes;
    int n = ahead.length;
    this.cores = new MergedCore[n];
    for (int i = 0; i < n; i++) {
      cores[i] = new MergedCore(ahead[i], LONGEST);
    }
    this.members = new MergedCore[n];
    this.laneStart = new int[(n + EIGHT - 1) / EIGHT * EIGHT];
    this.rank = new int[n];
    this.order = new int[n];
    this.asked = new long[n];
    this.outside = n * RunAhead.LANE_BYTES + RunAhead.LANE_START;
    this.empty = outside + RunAhead.LANE_BYTES;
  }

  /** Times as many cycles as possible; the queue holds the cores again afterwards. */
  void run() {
    int limit = (int) Math.min(LONGEST, clock.cyclesForCores());
    if (limit < SHORTEST || !takeOutside()) {
      return;
    }
    count = 0;
    Arrays.fill(laneStart, empty);
    for (int mask = clock.takeCores(rank); mask != 0; mask &= mask - 1) {
      MergedCore core = cores[Integer.numberOfTrailingZeros(mask)];
      RunAhead run = core.run;
      core.begin(begin, rank[run.core.index]);
      members[count] = core;
      laneStart[count++] = run.lane - 2 * core.base;
      if (-core.base < run.position) {
        run.clearLane(run.position - 1, run.position + core.base);
      }
    }
    giveBack(time(limit));
    if (outsideEnd != 0) {
      Arrays.fill(lanes, outside, outside + 2 * outsideEnd, (byte) 0);
    }
  }

  /** Notes the banks that others have taken; false if one is taken for too long. */
  private boolean takeOutside() {
    begin = clock.cycles;
    outsideEnd = 0;
    for (long free : bankFree) {
      outsideEnd = (int) Math.max(outsideEnd, Math.min(free - begin, FARTHEST + 1));
    }
    if (outsideEnd > FARTHEST) {
      return false;
    }
    for (int now = 0; now < outsideEnd; now++) {
      int taken = 0;
      for (int b = 0; b < bankFree.length; b++) {
        taken |= bankFree[b] > begin + now ? 1 << b : 0;
      }
      RunAhead.HALVES.set(lanes, outside + 2 * now, (short) taken);
    }
    return true;
  }

  /** Goes through the cycles; the one at which the queue must take over. */
  private int time(int limit) {
    int now = 0;
    while (true) {
      int stop = firstEnd(limit);
      while (now < stop) {
        now = advance(now, stop);
        if (now < stop && !serve(now)) {
          return now;
        }
        now++;
      }
      now = stop;
      if (now >= limit) {
        return now;
      }
      for (int m = 0; m < count; m++) {
        if (members[m].end() == now && !refill(m, now)) {
          return now;
        }
      }
    }
  }

  /** The first cycle in which banks meet, or the one where to stop. */
  private int advance(int from, int stop) {
    final byte[] all = lanes;
    final int[] start = laneStart;
    for (int now = from; now < stop; now += TOGETHER) {
      final int at = 2 * now;
      long taken = now < outsideEnd ? (long) RunAhead.LONGS.get(all, outside + at) : 0;
      long meet = 0;
      for (int m = 0; m <= start.length - EIGHT; m += EIGHT) {
        long a = (long) RunAhead.LONGS.get(all, start[m] + at);
        long b = (long) RunAhead.LONGS.get(all, start[m + 1] + at);
        long c = (long) RunAhead.LONGS.get(all, start[m + 2] + at);
        long d = (long) RunAhead.LONGS.get(all, start[m + 3] + at);
        long e = (long) RunAhead.LONGS.get(all, start[m + 4] + at);
        long f = (long) RunAhead.LONGS.get(all, start[m + 5] + at);
        long g = (long) RunAhead.LONGS.get(all, start[m + 6] + at);
        long h = (long) RunAhead.LONGS.get(all, start[m + 7] + at);
        long ab = a | b;
        long cd = c | d;
        long ef = e | f;
        long gh = g | h;
        long low = ab | cd;
        long high = ef | gh;
        meet |= (a & b) | (c & d) | (e & f) | (g & h);
        meet |= (ab & cd) | (ef & gh) | (low & high) | (taken & (low | high));
        taken |= low | high;
      }
      if (meet != 0) {
        final int lane = Long.numberOfTrailingZeros(meet) >>> LANE_SHIFT;
        meeting = (meet >>> (lane << LANE_SHIFT)) & LANE_MASK;
        return Math.min(stop, now + lane);
      }
    }
    return stop;
  }

  /** The first cycle at which a slice ends. */
  private int firstEnd(int limit) {
    int first = limit;
    for (int m = 0; m < count; m++) {
      first = Math.min(first, members[m].end());
    }
    return first;
  }

  /** The core's slice has ended; false when it cannot run ahead any further. */
  private boolean refill(int m, int now) {
    MergedCore core = members[m];
    core.finish();
    core.run.delayTo(begin + core.base);
    if (!cluster.goOn(core.run, begin + now)) {
      return false;
    }
    core.next(now);
    laneStart[m] = core.run.lane - 2 * now;
    return true;
  }

  // ---- order

  /** Serves the accesses of a cycle to banks that meet; false if the queue must do it. */
  private boolean serve(int now) {
    final long at = begin + now;
    int rest = (int) meeting;
    if ((rest & (rest - 1)) != 0) {
      for (; rest != 0; rest &= rest - 1) {
        if (isLate(Integer.numberOfTrailingZeros(rest), at)) {
          return false;
        }
      }
      for (rest = (int) meeting; (rest & (rest - 1)) != 0; rest &= rest - 1) {
        serveBank(now, at, Integer.numberOfTrailingZeros(rest));
      }
    }
    int bank = Integer.numberOfTrailingZeros(rest);
    if (isLate(bank, at)) {
      return false;
    }
    serveBank(now, at, bank);
    return true;
  }

  private boolean isLate(int bank, long at) {
    return bankFree[bank] - at > LONGEST_WAIT - count;
  }

  private void serveBank(int now, long at, int bank) {
    final byte[] all = lanes;
    final int[] start = laneStart;
    int asking = 0;
    for (int m = 0; m <= start.length - EIGHT; m += EIGHT) {
      asking |=
          (bit(all, start[m], now, bank)
                  | (bit(all, start[m + 1], now, bank) << 1)
                  | (bit(all, start[m + 2], now, bank) << 2)
                  | (bit(all, start[m + 3], now, bank) << 3)
                  | (bit(all, start[m + 4], now, bank) << 4)
                  | (bit(all, start[m + 5], now, bank) << 5)
                  | (bit(all, start[m + 6], now, bank) << 6)
                  | (bit(all, start[m + 7], now, bank) << 7))
              << m;
    }
    int n = 0;
    for (; asking != 0; asking &= asking - 1) {
      int m = Integer.numberOfTrailingZeros(asking);
      MergedCore core = members[m];
      if (core.promised == now) {
        continue;
      }
      long starts = core.last64(now);
      int k = n++;
      while (k > 0 && MergedCore.isFirst(core, starts, members[order[k - 1]], asked[k - 1], now)) {
        order[k] = order[k - 1];
        asked[k] = asked[k - 1];
        k--;
      }
      order[k] = m;
      asked[k] = starts;
    }
    long free = Math.max(bankFree[bank], at);
    for (int k = 0; k < n; k++) {
      int waits = (int) (free++ - at);
      if (waits != 0) {
        int m = order[k];
        MergedCore core = members[m];
        core.run.clearLane(now - core.base - 1, waits);
        core.delay(now, waits);
        laneStart[m] -= 2 * waits;
      }
    }
    bankFree[bank] = free;
  }

  private static int bit(byte[] all, int start, int now, int bank) {
    return ((short) RunAhead.HALVES.get(all, start + 2 * now) >>> bank) & 1;
  }

  // ---- back to the queue

  /** Enqueues the cores as they would be in the queue at a cycle. */
  private void giveBack(int now) {
    clock.skipCores(now);
    for (int m = 0; m < count; m++) {
      MergedCore core = members[m];
      RunAhead run = core.run;
      core.nextStart = now;
      if (run.active) {
        run.delayTo(begin + core.base);
        // Whatever was looked at is before both: waits have moved the slice's cycles.
        run.position = run.startFrom(core.open(now));
        core.nextStart = core.base + run.position;
      }
    }
    for (int m = 0; m < count; m++) {
      int k = m;
      while (k > 0 && isEnqueuedBefore(members[m], members[order[k - 1]], now)) {
        order[k] = order[k - 1];
        k--;
      }
      order[k] = m;
    }
    for (int k = 0; k < count; k++) {
      MergedCore core = members[order[k]];
      clock.giveBack(core.run.core, core.nextStart - now);
    }
  }

  private static boolean isEnqueuedBefore(MergedCore a, MergedCore b, int now) {
    return a.nextStart < b.nextStart || (a.nextStart == b.nextStart && b.isFirst(a, now));
  }
}
