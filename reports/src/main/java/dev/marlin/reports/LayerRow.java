package dev.marlin.reports;

/**
 * One layer of one run.
 *
 * @param index position in the network
 * @param name the layer's name
 * @param type its kind, for example {@code conv}
 * @param cycles from the layer's start to its end
 * @param macs multiply-accumulates
 * @param tile L1 tile of the output, height x width x channels
 * @param tiles number of L1 tiles
 * @param l1Bytes used of L1
 * @param l3Bytes moved between L3 and L2
 * @param correct whether every output element is right
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
    long l3Bytes,
    boolean correct) {

  /** MAC/cycle; 0 for a layer without multiply-accumulates. */
  public double macPerCycle() {
    return cycles == 0 ? 0 : (double) macs / cycles;
  }
}
