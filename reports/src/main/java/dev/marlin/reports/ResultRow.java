package dev.marlin.reports;

import java.util.List;

/**
 * One design point and what came of it: the unit of every table and figure.
 *
 * @param key stable and unique in a sweep; letters, digits, {@code -}, {@code _} and {@code .}
 *     only, for it names files
 * @param model the network
 * @param l1Bytes size of L1
 * @param l2Bytes size of L2
 * @param cores cores of the cluster
 * @param tiling the tiling policy, with the weights that differ from its own
 * @param executor what ran it
 * @param outcome how it ended
 * @param message why it did not end well; empty for a correct point
 * @param command the command line that runs this point alone
 * @param cycles end to end; 0 unless it ran
 * @param macs multiply-accumulates of the network; 0 if unknown
 * @param milliseconds at the operating point
 * @param millijoules at the operating point; NaN if no operating point has the clock
 * @param layers in order; empty unless it ran
 */
public record ResultRow(
    String key,
    String model,
    long l1Bytes,
    long l2Bytes,
    int cores,
    String tiling,
    String executor,
    Outcome outcome,
    String message,
    String command,
    long cycles,
    long macs,
    double milliseconds,
    double millijoules,
    List<LayerRow> layers) {
  public ResultRow {
    if (!key.matches("[A-Za-z0-9._-]+")) {
      throw new IllegalArgumentException("key \"" + key + "\" cannot name a file");
    }
    layers = List.copyOf(layers);
  }

  /** Whether this row may stand in a table or figure of performance. */
  public boolean isCorrect() {
    return outcome == Outcome.CORRECT;
  }

  /** MAC/cycle of the whole network, L3 transfers included; 0 unless it ran. */
  public double macPerCycle() {
    return cycles == 0 ? 0 : (double) macs / cycles;
  }

  /** The memories, for example {@code 64 KiB / 512 KiB}. */
  public String memories() {
    return Units.bytes(l1Bytes) + " / " + Units.bytes(l2Bytes);
  }

  /** Everything but the network, for example {@code 64 KiB / 512 KiB, 8 cores, cycles}. */
  public String configuration() {
    return memories() + ", " + cores + (cores == 1 ? " core, " : " cores, ") + tiling;
  }
}
