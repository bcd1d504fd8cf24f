package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.PointOutcome;
import java.util.List;

/**
 * A sweep as the store has it.
 *
 * @param name of the sweep
 * @param description for people; may be empty
 * @param marlinVersion that ran it
 * @param command that ran it
 * @param size how many points the sweep has
 * @param outcomes of the points that have ended, in the sweep's order
 */
public record StoredSweep(
    String name,
    String description,
    String marlinVersion,
    String command,
    int size,
    List<PointOutcome> outcomes) {
  public StoredSweep {
    outcomes = List.copyOf(outcomes);
  }
}
