package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.sweep.PointOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A point as the exported tables see it.
 *
 * @param stored the point
 * @param position in the sweep
 * @param speedup over the baseline; null if one of the two has no performance
 * @param onFront whether no other point of its model beats it in both cycles and bytes of L1 and L2
 */
record ExportRow(StoredSweep.Row stored, int position, @Nullable Double speedup, boolean onFront) {

  /** The rows of a sweep. */
  static List<ExportRow> of(StoredSweep sweep) {
    Map<String, Long> cycles = new HashMap<>();
    for (PointOutcome outcome : sweep.outcomes()) {
      RunReport run = correct(outcome);
      if (run != null) {
        cycles.put(outcome.key(), run.cycles());
      }
    }
    Set<String> front = front(sweep);
    List<ExportRow> rows = new ArrayList<>();
    for (StoredSweep.Row row : sweep.rows()) {
      Long mine = cycles.get(row.outcome().key());
      Long other = cycles.get(row.baselineKey());
      rows.add(
          new ExportRow(
              row,
              rows.size(),
              mine == null || other == null ? null : (double) other / mine,
              front.contains(row.outcome().key())));
    }
    return rows;
  }

  /** Keys of the points that none of their model beats: one pass over them, by memory. */
  private static Set<String> front(StoredSweep sweep) {
    Map<String, List<PointOutcome>> models = new HashMap<>();
    for (PointOutcome outcome : sweep.outcomes()) {
      if (correct(outcome) != null) {
        models
            .computeIfAbsent(outcome.point().model().name(), name -> new ArrayList<>())
            .add(outcome);
      }
    }
    Set<String> front = new HashSet<>();
    for (List<PointOutcome> points : models.values()) {
      points.sort(Comparator.comparingLong(ExportRow::memory).thenComparingLong(ExportRow::cycles));
      long best = Long.MAX_VALUE;
      long memoryOfBest = -1;
      for (PointOutcome point : points) {
        boolean equal = cycles(point) == best && memory(point) == memoryOfBest;
        if (cycles(point) < best || equal) {
          front.add(point.key());
          best = cycles(point);
          memoryOfBest = memory(point);
        }
      }
    }
    return front;
  }

  private static long memory(PointOutcome outcome) {
    PointOptions options = outcome.point().options();
    return (long) options.l1Bytes() + options.l2Bytes();
  }

  private static long cycles(PointOutcome outcome) {
    return outcome.run() == null ? Long.MAX_VALUE : outcome.run().cycles();
  }

  private static @Nullable RunReport correct(PointOutcome outcome) {
    return outcome.status() == PointStatus.CORRECT ? outcome.run() : null;
  }

  PointOutcome outcome() {
    return stored.outcome();
  }

  PointOptions options() {
    return outcome().point().options();
  }

  @Nullable Failure failure() {
    return outcome().failure();
  }

  /** The run of a correct point: a wrong one has no performance. */
  @Nullable RunReport run() {
    return correct(outcome());
  }
}
