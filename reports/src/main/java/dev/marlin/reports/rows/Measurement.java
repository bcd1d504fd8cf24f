package dev.marlin.reports.rows;

import java.util.List;

/**
 * The performance of a correct point.
 *
 * @param cycles end to end, L3 transfers included; at least 1
 * @param macs multiply-accumulates of the network
 * @param instructions executed by all cores; 0 if the executor does not count them
 * @param layers in order
 * @param l2Map what lies in L2 and when; empty if it is not known
 */
public record Measurement(
    long cycles, long macs, long instructions, List<LayerRow> layers, List<BufferRow> l2Map) {
  public Measurement {
    if (cycles < 1 || macs < 0) {
      throw new IllegalArgumentException(
          "a correct point of " + cycles + " cycles and " + macs + " MACs");
    }
    layers = List.copyOf(layers);
    l2Map = List.copyOf(l2Map);
  }

  /** MAC/cycle of the whole network. */
  public double macPerCycle() {
    return (double) macs / cycles;
  }

  /** By the cost model, all layers; 0 if it predicts none. */
  public long predictedCycles() {
    return layers.stream().mapToLong(LayerRow::predictedCycles).sum();
  }
}
