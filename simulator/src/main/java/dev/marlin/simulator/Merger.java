package dev.marlin.simulator;

import java.util.Arrays;

/**
 * Times the accesses of all cores that have run ahead, as the queue of {@link ClockDomain} would.
 *
 * <p>For each cycle of its slice a core has a bit for the bank that it accesses. Four cycles of all
 * cores are laid over each other at once; as long as no bit meets another one, nobody waits and
 * there is nothing else to do. Only a cycle in which banks meet is looked at closely.
 *
 * <p>Who is first in a cycle then decides who waits: {@link Turns}.
 */
final class Merger {
  /** Longest stretch in cycles. */
  private static final int LONGEST = 4096;

  /** A shorter stretch is not worth its preparation. */
  private static final int SHORTEST = 16;

  /** Cycles looked at together, and bits for each. */
  private static final int TOGETHER = 4;

  private static final int LANE_BITS = 16;
  private static final int LANE_MASK = (1 << LANE_BITS) - 1;

  /** Longest wait that the queue treats like any other delay, with room for the instruction. */
  private static final int LONGEST_WAIT = 20;

  /** Further in time than this no bank may be taken when cores are to be timed together. */
  private static final int FARTHEST = 60;

  /** Cores whose lanes are laid over each other at a time. */
  private static final int EIGHT = 8;

  private final FastCluster cluster;
  private final ClockDomain clock;
  private final RunAhead[] ahead;
  private final long[] bankFree;
  private final byte[] lanes;

  /** The cores that take part; all that follows is in their order. */
  private final RunAhead[] members;

  private int count;

  /** Position of each core, by its number, in the queue at the beginning: lower is earlier. */
  private final int[] rank;

  private final Turns turns;

  /** Where each member's cycle 0 would be in the lanes; in eights, the last of which are empty. */
  private final int[] laneStart;

  /** The cycle in which each member gets the bank for which it has waited, or -1. */
  private final int[] promised;

  /** An empty lane, and one of banks that are taken by others from the beginning on. */
  private final int empty;

  private final int outside;

  /** The cycle from which on nobody else has taken a bank. */
  private int outsideEnd;

  /** Who asks for a bank, in order, and when each has started instructions. */
  private final int[] order;

  private final long[] asked;
  private final int[] nextStart;

  private long begin;

  Merger(FastCluster cluster, ClockDomain clock, L1 l1, RunAhead[] ahead) {
    this.cluster = cluster;
    this.clock = clock;
    this.ahead = ahead;
    this.bankFree = l1.free;
    this.lanes = cluster.lanes;
    int n = ahead.length;
    this.turns = new Turns(n, LONGEST);
    this.asked = new long[n];
    this.rank = new int[n];
    this.members = new RunAhead[n];
    this.laneStart = new int[(n + EIGHT - 1) / EIGHT * EIGHT];
    this.promised = new int[n];
    this.order = new int[n];
    this.nextStart = new int[n];
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
      RunAhead run = ahead[Integer.numberOfTrailingZeros(mask)];
      int m = count++;
      members[m] = run;
      promised[m] = -1;
      int base = (int) (run.base - begin);
      laneStart[m] = run.lane - 2 * base;
      turns.begin(m, run.starts, run.position, base, rank[run.core.index]);
      if (-base < run.position) {
        run.clearLane(run.position - 1, run.position + base);
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
        long meet = meeting(now);
        int cycles = stop - now;
        if (cycles < TOGETHER) {
          meet &= (1L << (LANE_BITS * cycles)) - 1;
        } else {
          cycles = TOGETHER;
        }
        if (meet == 0) {
          now += cycles;
          continue;
        }
        int lane = Long.numberOfTrailingZeros(meet) / LANE_BITS;
        now += lane;
        if (!serve(now, (int) (meet >>> (lane * LANE_BITS)) & LANE_MASK)) {
          return now;
        }
        now++;
      }
      if (now >= limit) {
        return now;
      }
      for (int m = 0; m < count; m++) {
        if (turns.base(m) + members[m].length == now && !refill(m, now)) {
          return now;
        }
      }
    }
  }

  /** The banks that are asked for more than once in each of the next cycles. */
  private long meeting(int now) {
    final byte[] all = lanes;
    final int[] start = laneStart;
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
    return meet;
  }

  /** The first cycle at which a slice ends. */
  private int firstEnd(int limit) {
    int first = limit;
    for (int m = 0; m < count; m++) {
      first = Math.min(first, turns.base(m) + members[m].length);
    }
    return first;
  }

  /** The core's slice has ended; false when it cannot run ahead any further. */
  private boolean refill(int member, int now) {
    RunAhead run = members[member];
    turns.end(member, run.length);
    run.delayTo(begin + turns.base(member));
    if (!cluster.goOn(run, begin + now)) {
      return false;
    }
    turns.next(member, now);
    laneStart[member] = run.lane - 2 * now;
    promised[member] = -1;
    return true;
  }

  // ---- order

  /** Serves the accesses of a cycle to banks that meet; false if the queue must do it. */
  private boolean serve(int now, int meeting) {
    final long at = begin + now;
    for (int rest = meeting; rest != 0; rest &= rest - 1) {
      if (bankFree[Integer.numberOfTrailingZeros(rest)] - at > LONGEST_WAIT - count) {
        return false;
      }
    }
    for (int rest = meeting; rest != 0; rest &= rest - 1) {
      serveBank(now, at, Integer.numberOfTrailingZeros(rest));
    }
    return true;
  }

  private void serveBank(int now, long at, int bank) {
    final int[] first = order;
    int n = 0;
    for (int m = 0; m < count; m++) {
      int lane = (short) RunAhead.HALVES.get(lanes, laneStart[m] + 2 * now);
      first[n] = m;
      n += lane >>> bank & 1;
    }
    int asking = 0;
    for (int j = 0; j < n; j++) {
      int m = first[j];
      if (promised[m] == now) {
        continue;
      }
      long starts = turns.last64(m, now);
      int k = asking++;
      while (k > 0 && turns.isFirst(m, starts, first[k - 1], asked[k - 1], now)) {
        first[k] = first[k - 1];
        asked[k] = asked[k - 1];
        k--;
      }
      first[k] = m;
      asked[k] = starts;
    }
    long free = Math.max(bankFree[bank], at);
    for (int k = 0; k < asking; k++) {
      int waits = (int) (free++ - at);
      if (waits != 0) {
        int m = first[k];
        promised[m] = now + waits;
        members[m].clearLane(now - turns.base(m) - 1, waits);
        turns.delay(m, now, waits);
        laneStart[m] -= 2 * waits;
      }
    }
    bankFree[bank] = free;
  }

  // ---- back to the queue

  /** Enqueues the cores as they would be in the queue at a cycle. */
  private void giveBack(int now) {
    clock.skipCores(now);
    for (int m = 0; m < count; m++) {
      RunAhead run = members[m];
      nextStart[m] = now;
      if (run.active) {
        run.delayTo(begin + turns.base(m));
        run.moveTo(run.startFrom(turns.open(m, now)));
        nextStart[m] = turns.base(m) + run.position;
      }
    }
    for (int m = 0; m < count; m++) {
      int k = m;
      while (k > 0 && isEnqueuedBefore(m, order[k - 1], now)) {
        order[k] = order[k - 1];
        k--;
      }
      order[k] = m;
    }
    for (int k = 0; k < count; k++) {
      clock.giveBack(members[order[k]].core, nextStart[order[k]] - now);
    }
  }

  private boolean isEnqueuedBefore(int a, int b, int now) {
    return nextStart[a] < nextStart[b] || (nextStart[a] == nextStart[b] && turns.isFirst(b, a, now));
  }
}
