package dev.marlin.simulator;

import java.util.function.LongSupplier;

/**
 * The order of the two clock domains in time.
 *
 * <p>A cycle of each is a whole number of steps of time; both are one when the clocks are equal.
 * When both have work at a time, the one that ran last runs first, as in gvsoc: a domain keeps the
 * turn as long as the other has nothing earlier.
 */
final class Timeline {
  final ClockDomain soc;
  final ClockDomain cluster;

  /** Steps since reset; a cycle of a domain is {@link ClockDomain#period} steps. */
  long time;

  private final long limit;
  private boolean stopped;
  private LongSupplier socQuiet = () -> 0;

  /**
   * The time at which the cluster waits for the SoC to catch up, else -1; the last time at which
   * the SoC ran, and whether it ran after the cluster in that cycle.
   */
  private long caughtUpAt = -1;

  private long lastOfSoc;
  private boolean socWasLast;

  /**
   * Whether the SoC runs beyond the cluster in time, and the time at which it must not; whether it
   * is its turn, not the cluster's, in the cycle in which the cluster will have caught up.
   */
  private boolean leading;

  private long leadEnd;
  private boolean socFirst;

  /** Times that the SoC began to run beyond the cluster: for whoever tunes this. */
  long timesAhead;

  /** A timeline that ends after so many cycles of the cluster. */
  Timeline(long limit, ChipConfig.Clocks clocks) {
    this.soc = new ClockDomain(this, "SoC", clocks.fcPeriod());
    this.cluster = new ClockDomain(this, "cluster", clocks.clusterPeriod());
    this.limit = Math.min(limit, Long.MAX_VALUE / 4 / cluster.period) * cluster.period;
  }

  /** Cycles of the cluster since reset. */
  long clusterCycles() {
    return time / cluster.period;
  }

  /** Why {@link #run} came back. */
  enum End {
    STOPPED,
    LIMIT,
    IDLE
  }

  /**
   * Sets what tells for how many cycles the SoC surely does nothing that the cluster can notice.
   */
  void whenSocIsQuiet(LongSupplier cycles) {
    socQuiet = cycles;
  }

  /**
   * Until when the cluster, which runs now, may go on with what the SoC cannot notice either. The
   * SoC catches up afterwards.
   */
  long undisturbedUntil(ClockDomain domain) {
    if (domain != cluster || !sameClocks() || !soc.queued || socFirst) {
      return 0;
    }
    return Math.min(limit, soc.nextTime + socQuiet.getAsLong());
  }

  /** Whether a domain that runs has gone beyond the time of the other's next cycle. */
  boolean isAheadOf(ClockDomain domain) {
    ClockDomain other = domain == soc ? cluster : soc;
    return other.queued && other.nextTime < time;
  }

  private boolean sameClocks() {
    return soc.period == 1 && cluster.period == 1;
  }

  /**
   * Whether the SoC, which has just run, may do so again although the cluster has not come that far
   * in time: as long as all that the cluster does until then is work in L1. Before the SoC does
   * what the cluster would notice, {@link #meet} lets that catch up.
   *
   * @param tracked whether it is known who ran first in the last cycle
   */
  private boolean leads(long following, boolean tracked) {
    if (leading) {
      return following < leadEnd;
    }
    if (!sameClocks() || !cluster.queued || cluster.nextTime >= following) {
      return false;
    }
    leadEnd = Math.min(limit, cluster.nextTime + cluster.quietCycles());
    if (following >= leadEnd) {
      return false;
    }
    if (!tracked) {
      lastOfSoc = time;
      socWasLast = cluster.nextTime != time;
    }
    leading = true;
    timesAhead++;
    return true;
  }

  /** The SoC is about to do something that the cluster notices: lets it catch up. */
  void meet() {
    if (!leading) {
      return;
    }
    leading = false;
    final long now = time;
    final long end = socWasLast ? now + 1 : now;
    cluster.queued = false;
    cluster.running = true;
    time = cluster.nextTime;
    while (time < end) {
      cluster.horizon = end - 1;
      final long step = cluster.execute(); // which moves time on, too
      if (step <= 0) {
        throw new IllegalStateException("The cluster has nothing to do in cycle " + time);
      }
      time += step;
    }
    cluster.running = false;
    cluster.nextTime = time;
    cluster.queued = true;
    soc.horizon = Math.min(time, limit);
    time = now;
  }

  /**
   * The SoC is about to run while the cluster waits for it. In a cycle of both, that one runs first
   * that ran last; as the cluster has run in every cycle, they took turns.
   */
  private void trackTurns(long now) {
    if (now != lastOfSoc) {
      boolean clusterFirst = now != lastOfSoc + 1 || !socWasLast;
      socWasLast = clusterFirst;
      lastOfSoc = now;
    }
  }

  /** Whether the SoC comes before the cluster in a cycle of both. */
  private boolean isTurnOfSoc(long now) {
    return lastOfSoc + 1 == now && socWasLast;
  }

  /** The domain that runs has moved on by some cycles at once, in all of which it had its turn. */
  void skipTurns(int cycles) {
    if (tracksTurns()) {
      lastOfSoc += cycles;
      socWasLast ^= (cycles & 1) != 0;
    }
  }

  /** The domain that runs has moved on by cycles in which it had nothing to do. */
  void skipIdle() {
    if (tracksTurns()) {
      trackTurns(time);
    }
  }

  private boolean tracksTurns() {
    return soc.running && (caughtUpAt >= 0 || leading);
  }

  private long horizonBy(ClockDomain other) {
    if (leading) {
      return leadEnd - 1;
    }
    return other.queued ? Math.min(other.nextTime - (socFirst ? 1 : 0), limit) : limit;
  }

  void stop() {
    stopped = true;
    soc.horizon = -1;
    cluster.horizon = -1;
  }

  End run() {
    ClockDomain current = soc.queued ? soc : cluster;
    if (!current.queued) {
      return End.IDLE;
    }
    current.queued = false;
    time = current.nextTime;
    while (true) {
      ClockDomain other = current == soc ? cluster : soc;
      current.running = true;
      current.horizon = horizonBy(other);
      boolean catchingUp = current == soc && caughtUpAt >= 0;
      if (catchingUp || leading) {
        trackTurns(time);
      }
      long began = time;
      long step = current.execute() * current.period;
      if (stopped) {
        return End.STOPPED;
      }
      if (time > limit) {
        return End.LIMIT;
      }
      if (step == 0) {
        caughtUpAt = time;
        lastOfSoc = began - 1;
        socWasLast = false;
      }
      if (step >= 0) {
        long following = time + step;
        if (catchingUp && following >= caughtUpAt) {
          // The cluster is next in the cycle that both have reached, unless it is the SoC's turn.
          boolean goesOn = following == caughtUpAt && isTurnOfSoc(following);
          caughtUpAt = -1;
          if (!goesOn && !leads(following, true)) {
            soc.nextTime = following;
            soc.queued = true;
            soc.running = false;
            cluster.queued = false;
            current = cluster;
            time = cluster.nextTime;
            continue;
          }
        }
        if (!other.queued
            || other.nextTime > following
            || (other.nextTime == following && !socFirst)
            || (current == soc && leads(following, catchingUp))) {
          time = following;
          continue;
        }
        current.nextTime = following;
        current.queued = true;
      }
      current.running = false;
      caughtUpAt = current == soc ? -1 : caughtUpAt;
      socFirst = leading && current.queued && isTurnOfSoc(current.nextTime);
      leading = false;
      if (!other.queued) {
        return End.IDLE;
      }
      other.queued = false;
      current = other;
      time = other.nextTime;
    }
  }

  /**
   * A domain wants to run after {@code delay} cycles of its own; ignored when it runs now or will
   * run earlier.
   */
  void enqueue(ClockDomain domain, long delay) {
    long when = time + delay * domain.period;
    if (domain.running || (domain.queued && domain.nextTime <= when)) {
      return;
    }
    domain.queued = true;
    domain.nextTime = when;
    ClockDomain other = domain == soc ? cluster : soc;
    other.horizon = Math.min(other.horizon, when);
  }
}
