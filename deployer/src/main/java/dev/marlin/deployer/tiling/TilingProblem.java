package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.schedule.Lifetimes;
import java.util.List;
import java.util.Map;

/**
 * What a policy is asked.
 *
 * @param layers in the order in which they run
 * @param lifetimes of the network's tensors
 * @param hardware bandwidths and cores
 * @param l1Bytes of L1 for tiles, without stacks
 * @param l2Bytes of L2 for activations and constants, without code, data and stacks
 * @param weights of the policy's heuristics, all of them
 * @param meter for policies that measure
 */
public record TilingProblem(
    List<KernelLayer> layers,
    Lifetimes lifetimes,
    Hardware hardware,
    int l1Bytes,
    int l2Bytes,
    Map<String, Double> weights,
    CycleMeter meter) {

  /** A problem for policies that measure nothing. */
  public TilingProblem(
      List<KernelLayer> layers,
      Lifetimes lifetimes,
      Hardware hardware,
      int l1Bytes,
      int l2Bytes,
      Map<String, Double> weights) {
    this(layers, lifetimes, hardware, l1Bytes, l2Bytes, weights, CycleMeter.NONE);
  }

  public TilingProblem {
    layers = List.copyOf(layers);
    weights = Map.copyOf(weights);
  }

  /** The weight of the heuristic called {@code name}. */
  public double weight(String name) {
    Double weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("no weight is given for heuristic " + name);
    }
    return weight;
  }

  /** The same problem with less of L2. */
  public TilingProblem withL2Bytes(int bytes) {
    return new TilingProblem(layers, lifetimes, hardware, l1Bytes, bytes, weights, meter);
  }
}
