package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import java.util.ArrayList;
import java.util.List;

/** What the cost model expects of layers whose cuts are known. */
public final class Forecast {
  private final Hardware hardware;
  private final CostConstants constants;

  /**
   * @param constants of the cost model
   */
  public Forecast(Hardware hardware, CostConstants constants) {
    this.hardware = hardware;
    this.constants = constants;
  }

  /** Cycles of a layer from the end of the one before to its own end. */
  public double cycles(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
    RegionCost cost = new RegionCost(hardware, layer, constants, RegionCost.Weights.PREDICTION);
    double compute = TileSolver.layerCycles(cost, layer, l2, l1);
    PlacementOptions.Option option =
        PlacementOptions.option(layer, l2, l1.channels(), hardware.l3(), Math.round(compute));
    return Math.max(compute, (double) option.streamCycles()) + option.waitCycles();
  }

  /** The same tilings with this forecast's cycles. */
  NetworkTiling of(List<KernelLayer> layers, List<L2Tiling> l2, List<L1Tiling> l1) {
    List<Tiling> tilings = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      tilings.add(
          new Tiling(
              l2.get(i), l1.get(i), Math.round(cycles(layers.get(i), l2.get(i), l1.get(i)))));
    }
    return new NetworkTiling(tilings);
  }

  /** Names of the constants that the forecast of {@code layer} is made of. */
  List<String> constants(KernelLayer layer) {
    List<String> names = new ArrayList<>(RegionCost.CONSTANTS);
    names.addAll(new KernelCost(layer, hardware.cores(), constants).names());
    return names;
  }
}
