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

  /** Cycles of a layer, if what is fetched ahead for it comes in time. */
  double cycles(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
    return cycles(option(layer, l2, l1));
  }

  private PlacementOptions.Option option(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
    RegionCost cost = new RegionCost(hardware, layer, constants, RegionCost.Weights.PREDICTION);
    long compute = TileSolver.layerCycles(cost, layer, l2, l1);
    return PlacementOptions.option(layer, l2, new TileSolver.Choice(l1, compute), hardware.l3());
  }

  private static double cycles(PlacementOptions.Option option) {
    boolean waits = option.tiling().prefetchDistance() == 0;
    return Math.max(option.computeCycles(), option.streamCycles())
        + option.waitCycles()
        + (waits ? option.firstCycles() : 0.0);
  }

  /**
   * For each layer the cycles that it waits for constants that are fetched ahead, but come late.
   */
  List<Double> lateness(List<KernelLayer> layers, List<L2Tiling> l2, List<L1Tiling> l1) {
    List<PlacementOptions.Option> options = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      options.add(option(layers.get(i), l2.get(i), l1.get(i)));
    }
    return lateness(options);
  }

  static List<Double> lateness(List<PlacementOptions.Option> options) {
    L3Timeline l3 = new L3Timeline();
    List<Double> late = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      PlacementOptions.Option option = options.get(i);
      late.add(option.tiling().prefetchDistance() > 0 ? l3.claim(i) : 0);
      for (int later = i + 1; later < options.size(); later++) {
        if (options.get(later).tiling().prefetchDistance() == later - i) {
          l3.fetch(later, options.get(later).firstCycles());
        }
      }
      l3.pass(option.computeCycles(), option.streamCycles(), option.tiles(), option.asksAgain());
    }
    return late;
  }

  /** Cycles of a whole network. */
  static double total(List<PlacementOptions.Option> options) {
    List<Double> late = lateness(options);
    double sum = 0;
    for (int i = 0; i < options.size(); i++) {
      sum += cycles(options.get(i)) + late.get(i);
    }
    return sum;
  }

  /** The same tilings with this forecast's cycles. */
  NetworkTiling of(List<KernelLayer> layers, List<L2Tiling> l2, List<L1Tiling> l1) {
    List<PlacementOptions.Option> options = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      options.add(option(layers.get(i), l2.get(i), l1.get(i)));
    }
    List<Double> late = lateness(options);
    List<Tiling> tilings = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      tilings.add(
          new Tiling(l2.get(i), l1.get(i), Math.round(cycles(options.get(i)) + late.get(i))));
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
