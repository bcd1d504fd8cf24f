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
  Forecast(Hardware hardware, CostConstants constants) {
    this.hardware = hardware;
    this.constants = constants;
  }

  /** The forecast of each layer of a network, with all that it waits for. */
  List<RuntimeTimeline.Forecast> layers(
      List<KernelLayer> layers, List<L2Tiling> l2, List<L1Tiling> l1) {
    List<PlacementOptions.Option> options = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      options.add(option(layers.get(i), l2.get(i), l1.get(i)));
    }
    return RuntimeTimeline.forecast(options, hardware.l3());
  }

  private PlacementOptions.Option option(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
    TileCost costs = new TileCost(hardware, layer, constants);
    RegionCost cost = new RegionCost(layer, costs, RegionCost.Weights.PREDICTION);
    TileSolver.Choice choice =
        new TileSolver.Choice(l1, TileSolver.layerCycles(cost, layer, l2, l1));
    return PlacementOptions.option(layer, l2, choice, costs, hardware.l3());
  }

  /** The same tilings with this forecast's cycles. */
  NetworkTiling of(List<KernelLayer> layers, List<L2Tiling> l2, List<L1Tiling> l1) {
    List<RuntimeTimeline.Forecast> forecasts = layers(layers, l2, l1);
    List<Tiling> tilings = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      tilings.add(new Tiling(l2.get(i), l1.get(i), Math.round(forecasts.get(i).cycles())));
    }
    return new NetworkTiling(tilings);
  }

  /** Names of the constants that the forecast of {@code layer} is made of. */
  List<String> constants(KernelLayer layer) {
    List<String> names = new ArrayList<>(TileCost.CONSTANTS);
    names.addAll(new KernelCost(layer, hardware.cores(), constants).names());
    return names;
  }
}
