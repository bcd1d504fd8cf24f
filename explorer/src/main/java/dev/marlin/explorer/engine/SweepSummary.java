package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.Effort;
import dev.marlin.explorer.execution.PointStatus;
import java.util.Map;

/**
 * What a sweep came to.
 *
 * @param points of the sweep
 * @param known how many were known to the results folder before
 * @param cached how many were taken from the cache that sweeps share
 * @param counts of outcomes by status, known ones included
 * @param reused how many of the points that ran now shared an execution
 * @param savedSeconds of work on one core that known, cached and shared points did not cost
 * @param retried how many times a point was started again because of the machinery
 * @param ran how many points ended now, other than from store and cache
 * @param runSeconds of the executions that were made now, in sum
 * @param pointSeconds of the points that ended now, in sum: everything between network and check
 * @param effort of these points, in sum
 * @param slots how many points can run at once; 0 if none ran
 * @param stopped whether it stopped before its end
 * @param hostSeconds from begin to end
 */
public record SweepSummary(
    int points,
    int known,
    int cached,
    Map<PointStatus, Integer> counts,
    int reused,
    double savedSeconds,
    int retried,
    int ran,
    double runSeconds,
    double pointSeconds,
    Effort effort,
    int slots,
    boolean stopped,
    double hostSeconds) {
  public SweepSummary {
    counts = Map.copyOf(counts);
  }

  /**
   * Time of the processor that did not go into executions, as a part of that which did: tiling,
   * compiling, Spark, waiting for the last points, everything; NaN if nothing was executed.
   */
  public double overhead() {
    return runSeconds > 0 ? slots * hostSeconds / runSeconds - 1 : Double.NaN;
  }

  /** Seconds of points that went into nothing that is counted: hashes, L3 images, checks. */
  public double otherSeconds() {
    return pointSeconds
        - runSeconds
        - effort.tileSeconds()
        - effort.compileSeconds()
        - effort.prepareSeconds();
  }

  /** How many points ended so. */
  public int count(PointStatus status) {
    return counts.getOrDefault(status, 0);
  }

  /** Whether every point of the sweep has ended, and each is correct or infeasible. */
  public boolean isGood() {
    return !stopped && count(PointStatus.WRONG) == 0 && count(PointStatus.FAILED) == 0;
  }
}
