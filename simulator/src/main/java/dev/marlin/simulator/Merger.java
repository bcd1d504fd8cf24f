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

  /** The banks that are asked for more than once in a cycle, and who asks for the first. */
  private int meeting;

  private int asking;

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
    this.outside = n * Lane.BYTES + Lane.START;
    this.empty = outside + Lane.BYTES;
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
      Lane.HALVES.set(lanes, outside + 2 * now, (short) taken);
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
  private int asking(int now, int bank) {
    int mask = 0;
    for (int m = 0; m < count; m++) {
      mask |= ((short) Lane.HALVES.get(lanes, laneStart[m] + 2 * now) >>> bank & 1) << m;
    }
    return mask;
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
    for (int rest = meeting; rest != 0; rest &= rest - 1) {
      if (bankFree[Integer.numberOfTrailingZeros(rest)] - at > LONGEST_WAIT - count) {
        return false;
      }
    }
    int bank = Integer.numberOfTrailingZeros(meeting);
    serve(now, at, bank, asking);
    for (int rest = meeting & (meeting - 1); rest != 0; rest &= rest - 1) {
      bank = Integer.numberOfTrailingZeros(rest);
      serve(now, at, bank, asking(now, bank));
    }
    return true;
  }

  /** Serves those who ask for a bank, in their order. */
  private void serve(int now, long at, int bank, int who) {
    final int waits = (int) Math.max(0, bankFree[bank] - at);
    final int other = who & (who - 1);
    final int served =
        Integer.bitCount(other) == 1
            ? servePair(
                now,
                waits,
                Integer.numberOfTrailingZeros(who),
                Integer.numberOfTrailingZeros(other))
            : serveMany(now, waits, who);
    bankFree[bank] = at + waits + served;
  }

  /** Serves two of which at most one has been promised the bank; how many had not. */
  private int servePair(int now, int waits, int m, int other) {
    final MergedCore a = members[m];
    final MergedCore b = members[other];
    final long ofA = a.last64(now);
    final long ofB = b.last64(now);
    if (a.promised == now) {
      delay(other, now, waits, ofB);
      return 1;
    }
    if (b.promised == now) {
      delay(m, now, waits, ofA);
      return 1;
    }
    if (MergedCore.isFirst(a, ofA, b, ofB, now)) {
      delay(m, now, waits, ofA);
      delay(other, now, waits + 1, ofB);
    } else {
      delay(other, now, waits, ofB);
      delay(m, now, waits + 1, ofA);
    }
    return 2;
  }

  /** Serves any number; how many had not been promised the bank. */
  private int serveMany(int now, int waits, int who) {
    int n = 0;
    for (int rest = who; rest != 0; rest &= rest - 1) {
      int m = Integer.numberOfTrailingZeros(rest);
      MergedCore core = members[m];
      if (core.promised != now) {
        long last = core.last64(now);
        int k = n++;
        while (k > 0 && MergedCore.isFirst(core, last, members[order[k - 1]], asked[k - 1], now)) {
          order[k] = order[k - 1];
          asked[k] = asked[k - 1];
          k--;
        }
        order[k] = m;
        asked[k] = last;
      }
    }
    for (int k = 0; k < n; k++) {
      delay(order[k], now, waits + k, asked[k]);
    }
    return n;
  }

  private void delay(int m, int now, int waits, long last) {
    if (waits != 0) {
      members[m].delay(now, waits, last);
      laneStart[m] -= 2 * waits;
    }
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
