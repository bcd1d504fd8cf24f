package dev.marlin.explorer.execution;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * One layer of one run.
 *
 * @param index position in the network
 * @param name of the layer
 * @param type its kind in one word, for example {@code depthwise}
 * @param cycles from the layer's start to its end
 * @param macs multiply-accumulates
 * @param tile L1 tile of the output: height x width x channels
 * @param tiles number of L1 tiles
 * @param l1Bytes used of L1, without stacks
 * @param l3Bytes moved between L3 and L2 on behalf of the layer
 * @param predictedCycles by the tiling policy's cost model
 * @param parts where the cycles went; null if the executor cannot tell
 * @param mismatches output elements that differ from the reference
 */
public record LayerReport(
    int index,
    String name,
    String type,
    long cycles,
    long macs,
    String tile,
    int tiles,
    int l1Bytes,
    long l3Bytes,
    long predictedCycles,
    @Nullable LayerParts parts,
    long mismatches)
    implements Serializable {

  /** Whether every output element is right. */
  public boolean correct() {
    return mismatches == 0;
  }

  /** Multiply-accumulates a cycle; 0 for a layer without any. */
  public double macPerCycle() {
    return cycles == 0 ? 0 : (double) macs / cycles;
  }
}
