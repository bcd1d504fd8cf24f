package dev.marlin.simulator;

import java.util.Arrays;

/**
 * Times the accesses of all cores that have run ahead, cycle by cycle, as the queue of {@link
 * ClockDomain} would, but looking only at accesses.
 *
 * <p>Who is first in a cycle matters only when two cores want the same bank. The queue serves first
 * whom it got last. For two cores with an instruction in the same cycle, look back for the last
 * cycle in which only one of them started one: that one was enqueued later, so it came first in the
 * next cycle that they shared; and with each cycle that they share their order turns round. So a
 * bit for each cycle and core, whether an instruction started, is all that is needed.
 */
final class Merger {
  /** Longest stretch in cycles. */
  private static final int LONGEST = 2048;

  /** A shorter stretch is not worth its preparation. */
  private static final int SHORTEST = 24;

  private static final int WHEEL = 64;

  /** Longest wait that the queue treats like any other delay, with room for the instruction. */
  private static final int LONGEST_WAIT = 20;

  private final FastCluster cluster;
  private final ClockDomain clock;
  private final RunAhead[] ahead;
  private final int bankMask;
  private final long[] bankFree;

  /** Cores whose next access, or the end of whose slice, is in each of the next cycles. */
  private final int[] wheel = new int[WHEEL];

  /** Cores for which that is further ahead, and when it is. */
  private int far;

  private final int[] farTime;

  /** Bits of the cycles since the beginning in which each core started an instruction. */
  private final long[][] started;

  /** Cycle of its slice up to which each core's bits are in {@link #started}. */
  private final int[] noted;

  /** Position of each core in the queue at the beginning: lower is earlier. */
  final int[] rank;

  /** Cycle of each core's slice 0, counted from the beginning. */
  private final int[] base;

  private final int[] order;
  private final int[] nextStart;
  long merged;
  long runs;
  private int members;
  private long begin;

  Merger(FastCluster cluster, ClockDomain clock, L1 l1, RunAhead[] ahead) {
    this.cluster = cluster;
    this.clock = clock;
    this.ahead = ahead;
    this.bankMask = l1.bankMask;
    this.bankFree = l1.free;
    int n = ahead.length;
    this.farTime = new int[n];
    this.started = new long[n][LONGEST / 64 + 2];
    this.noted = new int[n];
    this.rank = new int[n];
    this.base = new int[n];
    this.order = new int[n];
    this.nextStart = new int[n];
  }

  /** Times as many cycles as possible; the queue holds the cores again afterwards. */
  void run() {
    int limit = (int) Math.min(LONGEST, clock.cyclesForCores());
    if (limit < SHORTEST) {
      return;
    }
    begin = clock.cycles;
    members = clock.takeCores(rank);
    far = 0;
    for (int m = members; m != 0; m &= m - 1) {
      int c = Integer.numberOfTrailingZeros(m);
      RunAhead run = ahead[c];
      Arrays.fill(started[c], 0);
      noted[c] = run.position;
      base[c] = (int) (run.base - begin);
      schedule(c, run, 0);
    }
    int now = time(limit);
    for (int i = 0; i < WHEEL; i++) {
      wheel[i] = 0;
    }
    merged += now;
    runs++;
    giveBack(now);
  }

  /** Goes through the cycles; the one at which the queue must take over. */
  private int time(int limit) {
    for (int now = 0; now < limit; now++) {
      if ((now & WHEEL - 1) == 0 && far != 0) {
        bringNear(now);
      }
      int m = wheel[now & WHEEL - 1];
      if (m == 0) {
        continue;
      }
      long at = begin + now;
      boolean meet = false;
      long banks = 0;
      int accessing = 0;
      for (int rest = m; rest != 0; rest &= rest - 1) {
        int c = Integer.numberOfTrailingZeros(rest);
        RunAhead run = ahead[c];
        if (run.timed == run.accesses && !refill(c, run, now)) {
          return now;
        }
        int access = run.trace[run.timed];
        if (run.accesses == 0 || base[c] + (access >>> RunAhead.TIME_SHIFT) != now) {
          wheel[now & WHEEL - 1] &= ~(1 << c);
          schedule(c, run, now);
          continue;
        }
        int word = access & RunAhead.WORD_MASK;
        int tag = cluster.tags[word];
        if (tag >= cluster.oldest && cluster.isInDoubt(run, tag)) {
          return now;
        }
        long free = bankFree[word & bankMask];
        long bank = 1L << (word & bankMask);
        meet |= free > at || (banks & bank) != 0;
        if (free > at + LONGEST_WAIT) {
          return now;
        }
        banks |= bank;
        accessing |= 1 << c;
      }
      wheel[now & WHEEL - 1] = 0;
      if (meet) {
        serveInOrder(accessing, now);
      } else {
        for (int rest = accessing; rest != 0; rest &= rest - 1) {
          int c = Integer.numberOfTrailingZeros(rest);
          RunAhead run = ahead[c];
          bankFree[run.trace[run.timed] & bankMask] = at + 1;
          run.timed++;
          schedule(c, run, now);
        }
      }
    }
    return limit;
  }

  /** The core's slice has ended; false when it cannot run ahead any further, or should not. */
  private boolean refill(int c, RunAhead run, int now) {
    note(c, run, run.length);
    if (!cluster.goOn(run, begin + now)) {
      return false;
    }
    base[c] = now;
    noted[c] = 0;
    return true;
  }

  /** Puts the core's next access, or the end of its slice, into the wheel. */
  private void schedule(int c, RunAhead run, int now) {
    int time =
        base[c]
            + (run.timed < run.accesses
                ? run.trace[run.timed] >>> RunAhead.TIME_SHIFT
                : run.length);
    if (time < (now | WHEEL - 1) + 1) {
      wheel[time & WHEEL - 1] |= 1 << c;
    } else {
      far |= 1 << c;
      farTime[c] = time;
    }
  }

  private void bringNear(int now) {
    for (int rest = far; rest != 0; rest &= rest - 1) {
      int c = Integer.numberOfTrailingZeros(rest);
      if (farTime[c] < now + WHEEL) {
        wheel[farTime[c] & WHEEL - 1] |= 1 << c;
        far &= ~(1 << c);
      }
    }
  }

  // ---- order

  /** Serves the accesses of a cycle in which cores wait: those of each bank in the cores' order. */
  private void serveInOrder(int accessing, int now) {
    int n = 0;
    for (int rest = accessing; rest != 0; rest &= rest - 1) {
      int c = Integer.numberOfTrailingZeros(rest);
      RunAhead run = ahead[c];
      note(c, run, run.trace[run.timed] >>> RunAhead.TIME_SHIFT);
      int bank = run.trace[run.timed] & bankMask;
      int k = n++;
      while (k > 0) {
        int other = order[k - 1];
        int otherBank = ahead[other].trace[ahead[other].timed] & bankMask;
        if (otherBank < bank || (otherBank == bank && isFirst(other, c, now))) {
          break;
        }
        order[k] = other;
        k--;
      }
      order[k] = c;
    }
    long at = begin + now;
    for (int k = 0; k < n; k++) {
      int c = order[k];
      RunAhead run = ahead[c];
      int access = run.trace[run.timed];
      long start = Math.max(bankFree[access & bankMask], at);
      bankFree[access & bankMask] = start + 1;
      run.timed++;
      int waits = (int) (start - at);
      if (waits != 0) {
        note(c, run, (access >>> RunAhead.TIME_SHIFT) + 1);
        run.delay(waits);
        base[c] += waits;
      }
      schedule(c, run, now);
    }
  }

  /** Copies the starts of instructions before a cycle of the core's slice. */
  private void note(int c, RunAhead run, int to) {
    long[] target = started[c];
    int from = noted[c];
    while (from < to) {
      int at = base[c] + from;
      int room = Math.min(WHEEL - (at & 63), to - from);
      long bits = run.starts[from >>> 6] >>> from;
      if ((from & 63) != 0) {
        bits |= run.starts[(from >>> 6) + 1] << -from;
      }
      if (room < 64) {
        bits &= (1L << room) - 1;
      }
      target[at >>> 6] |= bits << at;
      from += room;
    }
    noted[c] = Math.max(noted[c], to);
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
    int n = 0;
    for (int m = members; m != 0; m &= m - 1) {
      int c = Integer.numberOfTrailingZeros(m);
      RunAhead run = ahead[c];
      if (run.active) {
        int past = Math.max(now - base[c], noted[c]);
        int last = run.timed == 0 ? -1 : run.trace[run.timed - 1] >>> RunAhead.TIME_SHIFT;
        run.position = run.startFrom(Math.max(now - base[c], last + 1));
        note(c, run, Math.max(0, Math.min(past, run.position)));
        nextStart[c] = base[c] + run.position;
      } else {
        nextStart[c] = now;
      }
    }
    for (int m = members; m != 0; m &= m - 1) {
      int c = Integer.numberOfTrailingZeros(m);
      int k = n++;
      while (k > 0 && isEnqueuedBefore(c, order[k - 1], now)) {
        order[k] = order[k - 1];
        k--;
      }
      order[k] = c;
    }
    for (int k = 0; k < n; k++) {
      clock.giveBack(ahead[order[k]].core, nextStart[order[k]] - now);
    }
  }

  private boolean isEnqueuedBefore(int a, int b, int now) {
    return nextStart[a] < nextStart[b] || (nextStart[a] == nextStart[b] && isFirst(b, a, now));
  }
}
