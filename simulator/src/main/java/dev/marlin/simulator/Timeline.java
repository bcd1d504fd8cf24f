package dev.marlin.simulator;

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
      long step = current.execute() * current.period;
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
