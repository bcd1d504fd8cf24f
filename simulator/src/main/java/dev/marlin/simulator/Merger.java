package dev.marlin.simulator;

import java.util.Arrays;

/**
 * Times the accesses of all cores that have run ahead, as the queue of {@link ClockDomain} would.
 *
 * <p>For each cycle of its slice a core has a bit for the bank that it accesses. Four cycles of all
 * cores are laid over each other at once; as long as no bit meets another one, nobody waits and
 * there is nothing else to do. Only a cycle in which banks meet is looked at closely.
 *
 * <p>Who is first in a cycle then decides who waits. The queue serves first whom it got last. For
 * two cores with an instruction in the same cycle, look back for the last cycle in which only one
 * of them started one: that one was enqueued later, so it came first in the next cycle that they
 * shared; and with each cycle that they share their order turns round. So a bit for each cycle and
 * core, whether an instruction started, is all that is needed.
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
  private static final long EACH_LANE = 0x0001_0001_0001_0001L;

  /** Longest wait that the queue treats like any other delay, with room for the instruction. */
  private static final int LONGEST_WAIT = 20;

  private final FastCluster cluster;
  private final ClockDomain clock;
  private final RunAhead[] ahead;
  private final long[] bankFree;

  /** Bits of the cycles since the beginning in which each core started an instruction. */
  private final long[][] started;

  /** Cycle of its slice up to which each core's bits are in {@link #started}. */
  private final int[] noted;

  /** Position of each core in the queue at the beginning: lower is earlier. */
  private final int[] rank;

  /** Cycle of each core's slice 0, counted from the beginning. */
  private final int[] base;

  /** The cores that take part, as numbers, and their lanes; where cycle 0 would be in these. */
  private final int[] members;

  private final byte[][] lanes;
  private final int[] laneStart;
  private int count;

  private final int[] order;
  private final int[] bank;
  private final int[] nextStart;

  /** Bits of banks that are taken beyond the present cycle. */
  private int busy;

  /** The first end of a slice that moved when a cycle was served, or -1. */
  private int endMoved;

  private long begin;

  Merger(FastCluster cluster, ClockDomain clock, L1 l1, RunAhead[] ahead) {
    this.cluster = cluster;
    this.clock = clock;
    this.ahead = ahead;
    this.bankFree = l1.free;
    int n = ahead.length;
    this.started = new long[n][LONGEST / 64 + 2];
    this.noted = new int[n];
    this.rank = new int[n];
    this.base = new int[n];
    this.members = new int[n];
    this.lanes = new byte[n][];
    this.laneStart = new int[n];
    this.order = new int[n];
    this.bank = new int[n];
    this.nextStart = new int[n];
  }

  /** Times as many cycles as possible; the queue holds the cores again afterwards. */
  void run() {
    int limit = (int) Math.min(LONGEST, clock.cyclesForCores());
    if (limit < SHORTEST) {
      return;
    }
    begin = clock.cycles;
    count = 0;
    for (int mask = clock.takeCores(rank); mask != 0; mask &= mask - 1) {
      int c = Integer.numberOfTrailingZeros(mask);
      RunAhead run = ahead[c];
      Arrays.fill(started[c], 0, (limit >>> 6) + 2, 0);
      noted[c] = run.position;
      lanes[count] = run.lane;
      members[count++] = c;
      setBase(count - 1, (int) (run.base - begin));
      if (-base[c] < run.position) {
        run.clearLane(run.position - 1, run.position + base[c]);
      }
    }
    busy = 0;
    for (int b = 0; b < bankFree.length; b++) {
      if (bankFree[b] > begin) {
        busy |= 1 << b;
      }
    }
    giveBack(time(limit));
  }

  private void setBase(int member, int cycle) {
    base[members[member]] = cycle;
    laneStart[member] = RunAhead.LANE_START - 2 * cycle;
  }

  /** Goes through the cycles; the one at which the queue must take over. */
  private int time(int limit) {
    int now = 0;
    while (true) {
      int stop = firstEnd(limit);
      while (now < stop) {
        long taken = busy == 0 ? 0 : busyFrom(now);
        long meet = 0;
        for (int m = 0; m < count; m++) {
          long lane = (long) RunAhead.LONGS.get(lanes[m], laneStart[m] + 2 * now);
          meet |= taken & lane;
          taken |= lane;
        }
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
        if (endMoved == stop) {
          stop = firstEnd(limit);
        }
      }
      if (now >= limit) {
        return now;
      }
      for (int m = 0; m < count; m++) {
        int c = members[m];
        if (base[c] + ahead[c].length == now && !refill(m, now)) {
          return now;
        }
      }
    }
  }

  /** The first cycle at which a slice ends. */
  private int firstEnd(int limit) {
    int first = limit;
    for (int m = 0; m < count; m++) {
      int c = members[m];
      first = Math.min(first, base[c] + ahead[c].length);
    }
    return first;
  }

  /** The core's slice has ended; false when it cannot run ahead any further. */
  private boolean refill(int member, int now) {
    int c = members[member];
    RunAhead run = ahead[c];
    note(c, run, run.length);
    if (!cluster.goOn(run, begin + now)) {
      return false;
    }
    setBase(member, now);
    noted[c] = 0;
    return true;
  }

  /** The banks that are taken in the next cycles by those who waited. */
  private long busyFrom(int now) {
    long taken = 0;
    for (int rest = busy; rest != 0; rest &= rest - 1) {
      int b = Integer.numberOfTrailingZeros(rest);
      long cycles = bankFree[b] - begin - now;
      if (cycles <= 0) {
        busy &= ~(1 << b);
      } else {
        long lanesTaken = cycles >= TOGETHER ? -1 : (1L << (LANE_BITS * cycles)) - 1;
        taken |= EACH_LANE << b & lanesTaken;
      }
    }
    return taken;
  }

  // ---- order

  /** Serves the accesses of a cycle to banks that meet; false if the queue must do it. */
  private boolean serve(int now, int meeting) {
    long at = begin + now;
    for (int rest = meeting & busy; rest != 0; rest &= rest - 1) {
      if (bankFree[Integer.numberOfTrailingZeros(rest)] - at > LONGEST_WAIT - count) {
        return false;
      }
    }
    int n = 0;
    for (int m = 0; m < count; m++) {
      int lane = (short) RunAhead.HALVES.get(lanes[m], laneStart[m] + 2 * now) & meeting;
      if (lane != 0) {
        bank[m] = lane;
        int c = members[m];
        note(c, ahead[c], now - base[c] + 1);
        int k = n++;
        while (k > 0 && comesBefore(m, order[k - 1], now)) {
          order[k] = order[k - 1];
          k--;
        }
        order[k] = m;
      }
    }
    endMoved = -1;
    for (int k = 0; k < n; k++) {
      int m = order[k];
      int b = Integer.numberOfTrailingZeros(bank[m]);
      long start = Math.max(bankFree[b], at);
      bankFree[b] = start + 1;
      int waits = (int) (start - at);
      if (waits != 0) {
        busy |= 1 << b;
        int c = members[m];
        RunAhead run = ahead[c];
        int cycle = now - base[c];
        int end = base[c] + run.length;
        if (endMoved < 0 || end < endMoved) {
          endMoved = end;
        }
        run.delay(waits);
        setBase(m, base[c] + waits);
        run.clearLane(cycle, waits);
      }
    }
    return true;
  }

  private boolean comesBefore(int m, int other, int now) {
    return bank[m] < bank[other]
        || (bank[m] == bank[other] && isFirst(members[m], members[other], now));
  }

  /** Copies the starts of instructions before a cycle of the core's slice. */
  private void note(int c, RunAhead run, int to) {
    long[] target = started[c];
    int from = noted[c];
    while (from < to) {
      int cycles = Math.min(64, to - from);
      long bits = run.starts[from >>> 6] >>> from;
      if ((from & 63) != 0) {
        bits |= run.starts[(from >>> 6) + 1] << -from;
      }
      if (cycles < 64) {
        bits &= (1L << cycles) - 1;
      }
      int at = base[c] + from;
      target[at >>> 6] |= bits << at;
      target[(at >>> 6) + 1] |= bits >>> 1 >>> ~at;
      from += cycles;
    }
    noted[c] = from;
  }

  /** Whether a runs before b in a cycle in which both start an instruction. */
  private boolean isFirst(int a, int b, int now) {
    int shared = 0;
    int top = now;
    while (top > 0) {
      int word = (top - 1) >>> 6;
      long mask = -1L >>> (63 - ((top - 1) & 63));
      long ofA = started[a][word] & mask;
      long ofB = started[b][word] & mask;
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

  // ---- back to the queue

  /** Enqueues the cores as they would be in the queue at a cycle. */
  private void giveBack(int now) {
    clock.skipCores(now);
    for (int m = 0; m < count; m++) {
      int c = members[m];
      RunAhead run = ahead[c];
      nextStart[c] = now;
      if (run.active) {
        // Whatever was looked at is before both: waits have moved the slice's cycles.
        int cycle = Math.max(now - base[c], noted[c]);
        note(c, run, Math.min(cycle, run.length));
        run.moveTo(run.startFrom(cycle));
        nextStart[c] = base[c] + run.position;
      }
    }
    for (int m = 0; m < count; m++) {
      int c = members[m];
      int k = m;
      while (k > 0 && isEnqueuedBefore(c, order[k - 1], now)) {
        order[k] = order[k - 1];
        k--;
      }
      order[k] = c;
    }
    for (int k = 0; k < count; k++) {
      clock.giveBack(ahead[order[k]].core, nextStart[order[k]] - now);
    }
  }

  private boolean isEnqueuedBefore(int a, int b, int now) {
    return nextStart[a] < nextStart[b] || (nextStart[a] == nextStart[b] && isFirst(b, a, now));
  }
}
