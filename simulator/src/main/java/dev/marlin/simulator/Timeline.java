package dev.marlin.simulator;

/**
 * The order of the two clock domains in time.
 *
 * <p>Both run at the same rate. When both have work in a cycle, the one that ran last runs first in
 * the next cycle, as in gvsoc: a domain keeps the turn as long as the other has nothing earlier.
 */
final class Timeline {
  final ClockDomain soc = new ClockDomain(this, "SoC");
  final ClockDomain cluster = new ClockDomain(this, "cluster");

  /** Cycles since reset. */
  long time;

  private final long limit;
  private boolean stopped;

  Timeline(long limit) {
    this.limit = limit;
  }

  /** Why {@link #run} came back. */
  enum End {
    STOPPED,
    LIMIT,
    IDLE
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
      current.horizon = other.queued ? Math.min(other.nextTime, limit) : limit;
      long step = current.execute();
      if (stopped) {
        return End.STOPPED;
      }
      if (time > limit) {
        return End.LIMIT;
      }
      if (step > 0) {
        long following = time + step;
        if (!other.queued || other.nextTime >= following) {
          time = following;
          continue;
        }
        current.nextTime = following;
        current.queued = true;
      }
      current.running = false;
      if (!other.queued) {
        return End.IDLE;
      }
      other.queued = false;
      current = other;
      time = other.nextTime;
    }
  }

  /** A domain wants to run after {@code delay}; ignored when it runs now or will run earlier. */
  void enqueue(ClockDomain domain, long delay) {
    long when = time + delay;
    if (domain.running || (domain.queued && domain.nextTime <= when)) {
      return;
    }
    domain.queued = true;
    domain.nextTime = when;
    ClockDomain other = domain == soc ? cluster : soc;
    other.horizon = Math.min(other.horizon, when);
  }
}
