package dev.marlin.reports.rows;

import java.util.Optional;

/**
 * One layer of one run.
 *
 * @param index position in the network
 * @param name the layer's name
 * @param type its kind, for example {@code pointwise}
 * @param cycles from the layer's start to its end
 * @param macs multiply-accumulates
 * @param tile L1 tile of the output, height x width x channels
 * @param tiles number of L1 tiles
 * @param l1Bytes used of L1
 * @param dmaBytes moved between L2 and L1; 0: the executor cannot tell
 * @param l3Bytes moved between L3 and L2
 * @param predictedCycles by the tiling policy's cost model; 0: it predicts none
 * @param split where the cycles went, if the executor can tell
 */
public record LayerRow(
    int index,
    String name,
    String type,
    long cycles,
    long macs,
    String tile,
    int tiles,
    long l1Bytes,
    long dmaBytes,
    long l3Bytes,
    long predictedCycles,
    Optional<CycleSplit> split) {

  /** MAC/cycle; 0 for a layer without multiply-accumulates. */
  public double macPerCycle() {
    return cycles == 0 ? 0 : (double) macs / cycles;
  }

  /** What it is bound by, or a dash where the executor cannot tell. */
  public String bound() {
    return split.map(CycleSplit::bound).orElse("–");
  }
}
