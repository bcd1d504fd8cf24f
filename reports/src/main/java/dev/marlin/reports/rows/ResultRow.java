package dev.marlin.reports.rows;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One design point and what came of it: the unit of every table and figure. The types hold that a
 * point without a correct result has no performance: there is no number to draw.
 *
 * @param key stable and unique in a sweep; letters, digits, {@code -}, {@code _} and {@code .}
 *     only, for it names files
 * @param model the network
 * @param config name of the case of the sweep; empty: none
 * @param setup how it was deployed and run
 * @param outcome how it ended
 * @param problem why it did not end well; {@link Problem#NONE} for a correct point
 * @param measurement there exactly if the point is correct
 * @param baselineKey the point that this one is compared with; empty: none
 * @param command the command line that runs this point alone
 * @param provenance what made it
 */
public record ResultRow(
    String key,
    String model,
    String config,
    Setup setup,
    Outcome outcome,
    Problem problem,
    Optional<Measurement> measurement,
    String baselineKey,
    String command,
    Provenance provenance) {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

  public ResultRow {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("key \"" + key + "\" cannot name a file");
    }
    if ((outcome == Outcome.CORRECT) != measurement.isPresent()) {
      throw new IllegalArgumentException(
          key + ": " + outcome.words() + " with measurement " + measurement);
    }
  }

  /** Whether this row may stand in a table or figure of performance. */
  public boolean isCorrect() {
    return measurement.isPresent();
  }

  /**
   * The performance.
   *
   * @throws java.util.NoSuchElementException if the point is not correct
   */
  public Measurement measured() {
    return measurement.orElseThrow();
  }

  /** End to end, of a correct point. */
  public long cycles() {
    return measured().cycles();
  }

  /** Of the whole network, of a correct point. */
  public double macPerCycle() {
    return measured().macPerCycle();
  }

  /** At the point's own clock, of a correct point. */
  public double milliseconds() {
    return 1e3 * cycles() / setup.clockHertz();
  }

  /** The policy and, if its weights differ from its own, how: the case's name says it shortest. */
  public String policy() {
    return setup.heuristics().isEmpty() || config.isEmpty()
        ? setup.policy()
        : setup.tiling() + ", " + config;
  }

  /** Everything but the network, for example {@code 64 KiB / 512 KiB, 8 cores, cycles}. */
  public String configuration() {
    String text =
        setup.memories()
            + ", "
            + setup.cores()
            + (setup.cores() == 1 ? " core, " : " cores, ")
            + setup.policy();
    return setup.chip().isEmpty() ? text : text + ", " + setup.chip();
  }
}
