package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.PointOutcome;
import java.util.List;
import java.util.Optional;

/**
 * A sweep as the store has it.
 *
 * @param name of the sweep
 * @param description for people; may be empty
 * @param yaml the sweep file
 * @param baseline what the points are compared with, for people; empty: nothing
 * @param marlinVersion that ran it
 * @param marlinCommit of the sources of that version
 * @param command that ran it
 * @param host that it was started on
 * @param startedAt UTC, ISO 8601
 * @param finishedAt UTC, ISO 8601; empty while it runs
 * @param size how many points the sweep has
 * @param rows the points that have ended, in the sweep's order
 */
public record StoredSweep(
    String name,
    String description,
    String yaml,
    String baseline,
    String marlinVersion,
    String marlinCommit,
    String command,
    String host,
    String startedAt,
    String finishedAt,
    int size,
    List<Row> rows) {
  public StoredSweep {
    rows = List.copyOf(rows);
  }

  /**
   * A point of the sweep.
   *
   * @param outcome what came of it
   * @param config name of the case that it comes from; empty: none
   * @param baselineKey key of the point that it is compared with; empty: none
   */
  public record Row(PointOutcome outcome, String config, String baselineKey) {}

  /** What came of the points, in the sweep's order. */
  public List<PointOutcome> outcomes() {
    return rows.stream().map(Row::outcome).toList();
  }

  /** What came of the point that {@code row} is compared with. */
  public Optional<PointOutcome> baselineOf(Row row) {
    return row.baselineKey().isEmpty()
        ? Optional.empty()
        : rows.stream()
            .map(Row::outcome)
            .filter(outcome -> outcome.key().equals(row.baselineKey()))
            .findFirst();
  }
}
