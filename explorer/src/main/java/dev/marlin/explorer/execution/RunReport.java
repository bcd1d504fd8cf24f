package dev.marlin.explorer.execution;

import java.io.Serializable;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a run of a network came to. {@link RunJson} writes it for scripts.
 *
 * @param model name of the network
 * @param executor name of what ran it
 * @param cycles from the first layer's start to the last layer's end, L3 transfers included
 * @param clockHertz of cluster and fabric controller
 * @param picojoulesPerCycle at the operating point; NaN if no operating point has that clock
 * @param firstMismatch layer, place, expected and found value; empty if all is right
 * @param layers in order
 * @param l2Map what lies in L2 and when
 */
public record RunReport(
    String model,
    String executor,
    long cycles,
    long clockHertz,
    double picojoulesPerCycle,
    String firstMismatch,
    List<LayerReport> layers,
    List<L2Buffer> l2Map)
    implements Serializable {

  public RunReport {
    layers = List.copyOf(layers);
    l2Map = List.copyOf(l2Map);
  }

  /** A run whose L2 nobody knows. */
  public RunReport(
      String model,
      String executor,
      long cycles,
      long clockHertz,
      double picojoulesPerCycle,
      String firstMismatch,
      List<LayerReport> layers) {
    this(model, executor, cycles, clockHertz, picojoulesPerCycle, firstMismatch, layers, List.of());
  }

  /** The same run of a network that is called otherwise. */
  RunReport withModel(String name) {
    return new RunReport(
        name, executor, cycles, clockHertz, picojoulesPerCycle, firstMismatch, layers, l2Map);
  }

  /** Multiply-accumulates of all layers. */
  public long macs() {
    return layers.stream().mapToLong(LayerReport::macs).sum();
  }

  /** Multiply-accumulates a cycle, end to end. */
  public double macPerCycle() {
    return cycles == 0 ? 0 : (double) macs() / cycles;
  }

  /** Time of one inference. */
  public double milliseconds() {
    return 1e3 * cycles / clockHertz;
  }

  /** Energy of one inference; empty if no operating point has this clock. */
  public OptionalDouble millijoules() {
    return Double.isNaN(picojoulesPerCycle)
        ? OptionalDouble.empty()
        : OptionalDouble.of(cycles * picojoulesPerCycle * 1e-9);
  }

  /** Output elements of all layers that differ from the reference. */
  public long mismatches() {
    return layers.stream().mapToLong(LayerReport::mismatches).sum();
  }

  /** Whether every output element of every layer is right. */
  public boolean correct() {
    return mismatches() == 0;
  }
}
