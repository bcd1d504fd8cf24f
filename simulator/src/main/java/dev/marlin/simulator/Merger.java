package dev.marlin.simulator;

/**
 * Times the accesses of all cores that have run ahead, as the queue of {@link ClockDomain} would.
 *
 * <p>For each cycle of its slice a core has a bit for the bank that it accesses. Four cycles of all
 * cores are laid over each other at once; as long as no bit meets another one, nobody waits and
 * there is nothing else to do. Only a cycle in which banks meet is looked at closely.
 *
 * <p>Who is first in a cycle then decides who waits: {@link Merged}.
 *
 * <p>The cores are taken out of the queue and stay out of it, also while the fabric controller has
 * its turn in each cycle, until anybody else in the cluster has one, or asks for what they have
 * done. Only the DMA may move words meanwhile, as long as it is in the midst of bursts.
 */
final class Merger {
  /** Longest stretch in cycles. */
  private static final int LONGEST = 4096;

  /** A shorter stretch is not worth its preparation. */
  private static final int SHORTEST = 16;

  /** For fewer cycles of the DMA the cores stay in the queue. */
  private static final int WORTH_MOVING = 4;

  /** Longest wait that the queue treats like any other delay, with room for the instruction. */
  private static final int LONGEST_WAIT = 20;

  private final FastCluster cluster;
  private final ClockDomain clock;
  private final Dma dma;
  private final long[] bankFree;
  private final Overlay overlay;
  private final Recall recall;

  /** All cores by number; those that take part. */
  private final MergedCore[] cores;

  private final MergedCore[] members;
  private int count;

  /** Position of each core, by its number, in the queue at the beginning: lower is earlier. */
  private final int[] rank;

  /** Who asks for a bank, in order, and when each has started instructions. */
  private final int[] order;

  private final long[] asked;

  private long begin;

  /** Whether the cores are out of the queue, and the cycle before which all has been timed. */
  private boolean open;

  private int reached;

  /** A cycle before which no slice ends: waits may have moved their ends since. */
  private int noneEndsBefore;

  /** Whether the DMA moves words in this cycle; the banks that it has asked for. */
  boolean moving;

  private int moved;

  /** Its turns, and for each bank that it has asked for who comes behind it. */
  private final MergedDma mover = new MergedDma(LONGEST);

  private final int[] behind = new int[Short.SIZE];

  Merger(FastCluster cluster, ClockDomain clock, Dma dma, L1 l1, RunAhead[] ahead) {
    this.cluster = cluster;
    this.clock = clock;
    this.dma = dma;
    this.bankFree = l1.free;
    int n = ahead.length;
    this.cores = new MergedCore[n];
    for (int i = 0; i < n; i++) {
      cores[i] = new MergedCore(ahead[i], LONGEST);
    }
    this.members = new MergedCore[n];
    this.rank = new int[n + 1];
    this.order = new int[n];
    this.asked = new long[n];
    this.overlay = new Overlay(cluster.lanes, n, bankFree);
    this.recall = new Recall(overlay, cluster.lanes, members, mover);
  }

  // ---- in and out of the queue

  /** Whether it has taken the cores out of the queue, or may if nobody else is in its ring. */
  boolean takes(int events) {
    return open
        || (dma.isMoving()
            ? events == cluster.active + 1 && clock.isAtHand(dma.moveWords)
            : events == cluster.active);
  }

  /** Times as many cycles as possible before somebody else has a turn. */
  void run() {
    if (reached > LONGEST - SHORTEST) {
      close();
    }
    if (!open && !open()) {
      return;
    }
    final int limit = (int) Math.min(LONGEST, reached + clock.cyclesForCores());
    while (open && reached < limit && !clock.mustFlush()) {
      final int stop = (int) Math.min(limit, dma.nextMove() - begin);
      if (reached < stop) {
        final int to = time(reached, stop);
        clock.skipCores(to - reached);
        reached = to;
        if (to < stop) {
          close();
        }
      } else if (moveWords()) {
        clock.skipCores(1);
        reached++;
      } else {
        close();
      }
    }
  }

  /** Times the cycle that the queue is in; false if the queue must do it. */
  boolean runOne() {
    if (open) {
      if (reached == dma.nextMove() - begin ? moveWords() : time(reached, reached + 1) > reached) {
        reached++;
        return true;
      }
      close();
    }
    return false;
  }

  /** Takes the cores out of the queue; false if that does not pay. */
  private boolean open() {
    final boolean moves = dma.isMoving();
    if (clock.cyclesToTurn() < SHORTEST
        || (moves && dma.cyclesInBursts() < WORTH_MOVING)
        || !overlay.begin(clock.cycles)) {
      return false;
    }
    open = true;
    begin = clock.cycles;
    reached = 0;
    noneEndsBefore = 0;
    count = 0;
    for (int mask = clock.takeCores(rank, dma.moveWords); mask != 0; mask &= mask - 1) {
      MergedCore core = cores[Integer.numberOfTrailingZeros(mask)];
      RunAhead run = core.run;
      core.begin(begin, rank[run.core.index]);
      members[count] = core;
      overlay.place(count++, run.lane - 2 * core.base);
      if (-core.base < run.position) {
        run.clearLane(run.position - 1, run.position + core.base);
      }
    }
    if (moves) {
      mover.begin(rank[rank.length - 1]);
    }
    recall.open(begin, count);
    return true;
  }

  /** Gives the cores back to the queue. */
  void close() {
    if (open) {
      open = false;
      recall.close(reached);
      giveBack(reached);
      overlay.end();
    }
  }

  /** Goes through the cycles; the one at which the queue must take over. */
  private int time(int from, int limit) {
    int now = from;
    while (true) {
      final int end = Math.min(limit, noneEndsBefore);
      now = recall.pays(now, end) ? timeKnown(now, end) : timeAll(now, end);
      if (now < 0) {
        return ~now;
      }
      if (now >= limit || !refillEnded(now)) {
        return now;
      }
    }
  }

  /** Goes through cycles in which no slice ends; the complement of one that the queue must do. */
  private int timeAll(int from, int stop) {
    int now = from;
    while (now < stop) {
      now = overlay.advance(now, stop);
      if (now < stop && !serve(now)) {
        return ~now;
      }
      now++;
    }
    return stop;
  }

  /** The same, but over stretches that are known. */
  private int timeKnown(int from, int end) {
    int now = from;
    while (now >= 0 && now < end) {
      if (recall.mayKnow(now, end)) {
        now = recall.skip(now, end);
      }
      now = timeAll(now, recall.next(now, end));
    }
    if (now < 0) {
      recall.interrupt();
    }
    return now;
  }

  /** Lets the cores go on whose slices end in a cycle; false if one cannot. */
  private boolean refillEnded(int now) {
    if (now < noneEndsBefore) {
      return true;
    }
    int first = Integer.MAX_VALUE;
    for (int m = 0; m < count; m++) {
      if (members[m].end() == now && !refill(m, now)) {
        return false;
      }
      first = Math.min(first, members[m].end());
    }
    noneEndsBefore = first;
    return true;
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
    overlay.place(m, core.run.lane - 2 * now);
    return true;
  }

  // ---- order

  /** Serves the accesses of a cycle to banks that meet; false if the queue must do it. */
  private boolean serve(int now) {
    final long at = begin + now;
    for (int rest = overlay.meeting; rest != 0; rest &= rest - 1) {
      if (bankFree[Integer.numberOfTrailingZeros(rest)] - at > LONGEST_WAIT - count) {
        return false;
      }
    }
    int bank = Integer.numberOfTrailingZeros(overlay.meeting);
    serve(now, at, bank, overlay.asking);
    for (int rest = overlay.meeting & (overlay.meeting - 1); rest != 0; rest &= rest - 1) {
      bank = Integer.numberOfTrailingZeros(rest);
      serve(now, at, bank, overlay.asking(now, bank));
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
    final long free = at + waits + served;
    bankFree[bank] = free;
    overlay.allFree = Math.max(overlay.allFree, free);
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
      overlay.laneStart[m] -= 2 * waits;
    }
  }

  // ---- the DMA

  /** Lets the DMA move words in a cycle among the cores; false if the queue must do it. */
  private boolean moveWords() {
    final int now = reached;
    final long at = begin + now;
    if (overlay.allFree - at > LONGEST_WAIT - count
        || !refillEnded(now)
        || dma.cyclesInBursts() == 0
        || !cluster.leavesToDma()) {
      return false;
    }
    overlay.look(now);
    moved = 0;
    moving = true;
    clock.fire(dma.moveWords);
    moving = false;
    mover.moved(now);
    for (int rest = moved; rest != 0; rest &= rest - 1) {
      final int bank = Integer.numberOfTrailingZeros(rest);
      if (behind[bank] != 0) {
        serve(now, at, bank, behind[bank]);
        behind[bank] = 0;
      }
      overlay.take(bankFree[bank], now + 1, bank);
    }
    for (int rest = overlay.meeting & ~moved; rest != 0; rest &= rest - 1) {
      final int bank = Integer.numberOfTrailingZeros(rest);
      serve(now, at, bank, overlay.asking(now, bank));
    }
    return true;
  }

  /** The DMA asks for a bank in this cycle: who comes before it is served first. */
  void beforeMove(int bank) {
    final int bit = 1 << bank;
    if ((overlay.used & bit) == 0 || (moved & bit) != 0) {
      moved |= bit;
      return;
    }
    moved |= bit;
    int before = 0;
    final int who = overlay.asking(reached, bank);
    for (int rest = who; rest != 0; rest &= rest - 1) {
      MergedCore core = members[Integer.numberOfTrailingZeros(rest)];
      if (core.promised == reached || core.isFirst(mover, reached)) {
        before |= rest & -rest;
      }
    }
    if (before != 0) {
      serve(reached, begin + reached, bank, before);
    }
    behind[bank] = who & ~before;
  }

  /**
   * Somebody takes a bank for the cycle before which all has been timed, or the first one after it
   * in which it is free; he uses nothing that the cores have used.
   */
  void take(int bank) {
    overlay.take(Math.max(bankFree[bank], begin + reached) + 1, reached, bank);
  }

  boolean isOpen() {
    return open;
  }

  /**
   * The cycle before which no slice ends and the DMA is in the midst of bursts of which no slice
   * uses anything; one that is past if that is not sure.
   */
  long quietUntil() {
    if (!open || (dma.isMoving() && !cluster.leavesToDma())) {
      return 0;
    }
    final long end = begin + noneEndsBefore;
    return dma.isMoving() ? Math.min(end, dma.nextMove() + dma.cyclesInBursts()) : end;
  }

  /** Cycles whose waits were known: for whoever tunes this. */
  long recalled() {
    return recall.recalled;
  }

  // ---- back to the queue

  /** Enqueues the cores as they would be in the queue at a cycle. */
  private void giveBack(int now) {
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
      while (k > 0 && members[m].isEnqueuedBefore(members[order[k - 1]], now)) {
        order[k] = order[k - 1];
        k--;
      }
      order[k] = m;
    }
    final boolean moves = dma.isMoving();
    clock.beginGivingBack(count, moves ? dma.moveWords : null);
    if (moves) {
      mover.nextStart = (int) (dma.nextMove() - begin);
    }
    boolean queued = !moves;
    for (int k = 0; k < count; k++) {
      MergedCore core = members[order[k]];
      if (!queued && mover.isEnqueuedBefore(core, now)) {
        clock.giveBack(dma.moveWords, mover.nextStart - now);
        queued = true;
      }
      clock.giveBack(core.run.core, core.nextStart - now);
    }
    if (!queued) {
      clock.giveBack(dma.moveWords, mover.nextStart - now);
    }
  }
}
