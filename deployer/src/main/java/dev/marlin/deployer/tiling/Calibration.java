package dev.marlin.deployer.tiling;

import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.LayerPlan;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.lowering.Lowering;
import dev.marlin.kernels.KernelLibrary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Fits the constants of the cost model to layers that were run.
 *
 * <p>The forecast of a layer is a straight line in the constants as long as the longer of
 * computation and transfer stays the longer. So the fit goes in rounds: a straight line through the
 * forecast at the constants so far, constants of 0 or more that bring it closest to the measured
 * cycles, relative errors counted, large ones less and less (iteratively reweighted least squares).
 * The best round counts.
 */
public final class Calibration {
  private static final int ROUNDS = 25;
  private static final double STEP = 0.01;

  /** Below this relative error all weigh the same. */
  private static final double GOOD = 0.02;

  /** How strongly constants are held to what they were, by relative error of a layer. */
  private static final double HOLD = 0.02;

  /** Layers that wait longer, as part of all their cycles, teach nothing about computation. */
  private static final double MOST_WAITING = 0.2;

  private Calibration() {}

  /**
   * A layer that was run.
   *
   * @param network it is part of
   * @param plan how it was deployed
   * @param layer with its kernel
   * @param hardware it ran on
   * @param cycles it took
   * @param waits cycles of the forecast in which it waits for L3
   */
  public record Sample(
      String network,
      LayerPlan plan,
      KernelLayer layer,
      Hardware hardware,
      long cycles,
      double waits) {

    double forecast(CostConstants constants) {
      return new Forecast(hardware, constants)
              .computeCycles(layer, plan.tiling().l2(), plan.tiling().l1())
          + waits;
    }

    /** What {@code constants} say, relative to what is true: 0.1 for 10 % too much. */
    public double error(CostConstants constants) {
      return forecast(constants) / cycles - 1;
    }

    /** Whether computation, and not L3, decides how long the layer takes. */
    boolean isComputeBound(CostConstants constants) {
      return waits < forecast(constants) * MOST_WAITING;
    }
  }

  /**
   * The layers of a deployment with the cycles that each took.
   *
   * @param cycles one for each layer
   */
  public static List<Sample> samples(Deployment deployment, List<Long> cycles) {
    List<KernelLayer> layers = new Lowering(KernelLibrary::select).lower(deployment.network());
    Hardware hardware = deployment.options().hardware();
    Forecast forecast = new Forecast(hardware, CostConstants.shipped());
    List<L2Tiling> l2 = deployment.layers().stream().map(plan -> plan.tiling().l2()).toList();
    List<L1Tiling> l1 = deployment.layers().stream().map(plan -> plan.tiling().l1()).toList();
    List<Double> whole = forecast.cycles(layers, l2, l1);
    List<Sample> samples = new ArrayList<>();
    for (LayerPlan plan : deployment.layers()) {
      int i = plan.index();
      samples.add(
          new Sample(
              deployment.network().name(),
              plan,
              layers.get(i),
              hardware,
              cycles.get(i),
              whole.get(i) - forecast.computeCycles(layers.get(i), l2.get(i), l1.get(i))));
    }
    return samples;
  }

  /**
   * The constants, begun with {@code start}, that forecast {@code samples} best.
   *
   * @param prefix of the names of those that may change; empty for all
   */
  public static CostConstants fit(List<Sample> samples, CostConstants start, String prefix) {
    List<Sample> used = samples.stream().filter(s -> s.isComputeBound(start)).toList();
    CostConstants now = withEveryVariant(used, start);
    CostConstants best = now;
    double bestLoss = loss(used, now);
    for (int round = 0; round < ROUNDS; round++) {
      now = step(used, now, prefix);
      double loss = loss(used, now);
      if (loss < bestLoss) {
        best = now;
        bestLoss = loss;
      }
    }
    return best;
  }

  private static double loss(List<Sample> samples, CostConstants constants) {
    double sum = 0;
    for (Sample sample : samples) {
      double error = Math.abs(sample.error(constants));
      sum += error + 4 * Math.max(0, error - 0.1);
    }
    return sum / Math.max(1, samples.size());
  }

  /** Constants of kernels and variants that occur get a name and what stood in for them so far. */
  private static CostConstants withEveryVariant(List<Sample> samples, CostConstants start) {
    Map<String, Double> values = new HashMap<>(start.values());
    for (Sample sample : samples) {
      KernelCost kernel = new KernelCost(sample.layer(), sample.hardware().cores(), start);
      for (int i = 0; i < kernel.names().size(); i++) {
        values.putIfAbsent(kernel.names().get(i), kernel.constant(i));
      }
    }
    return new CostConstants(values);
  }

  /** One round. */
  private static CostConstants step(List<Sample> samples, CostConstants now, String prefix) {
    TreeSet<String> used = new TreeSet<>();
    List<List<String>> namesOf = new ArrayList<>();
    for (Sample sample : samples) {
      List<String> names =
          new Forecast(sample.hardware(), now)
              .constants(sample.layer()).stream().filter(n -> n.startsWith(prefix)).toList();
      namesOf.add(names);
      used.addAll(names);
    }
    List<String> names = List.copyOf(used);
    double[][] rows = new double[samples.size() + names.size()][names.size()];
    double[] right = new double[rows.length];
    double[] held = new double[names.size()];
    for (int s = 0; s < samples.size(); s++) {
      Sample sample = samples.get(s);
      double forecast = sample.forecast(now);
      double weight =
          1 / (sample.cycles() * Math.sqrt(Math.max(GOOD, Math.abs(sample.error(now)))));
      right[s] = (sample.cycles() - forecast) * weight;
      for (String name : namesOf.get(s)) {
        int j = names.indexOf(name);
        double value = now.get(name);
        double change = Math.max(STEP, STEP * value);
        double slope = (sample.forecast(with(now, name, value + change)) - forecast) / change;
        rows[s][j] = slope * weight;
        right[s] += slope * value * weight;
        held[j] += slope * weight * slope * weight;
      }
    }
    for (int j = 0; j < names.size(); j++) {
      double hold = HOLD * Math.sqrt(held[j]) + 1e-9;
      rows[samples.size() + j][j] = hold;
      right[samples.size() + j] = hold * now.get(names.get(j));
    }
    double[] found = LeastSquares.nonNegative(rows, right);
    Map<String, Double> values = new HashMap<>(now.values());
    for (int j = 0; j < names.size(); j++) {
      values.put(names.get(j), found[j]);
    }
    return new CostConstants(values);
  }

  private static CostConstants with(CostConstants constants, String name, double value) {
    Map<String, Double> values = new HashMap<>(constants.values());
    values.put(name, value);
    return new CostConstants(values);
  }

  /** The relative error, without its sign, that {@code share} of the samples keep below. */
  public static double quantile(List<Sample> samples, CostConstants constants, double share) {
    double[] errors =
        samples.stream().mapToDouble(s -> Math.abs(s.error(constants))).sorted().toArray();
    if (errors.length == 0) {
      throw new IllegalArgumentException("no layer was run");
    }
    int index = (int) Math.ceil(share * errors.length) - 1;
    return errors[Math.max(0, Math.min(errors.length - 1, index))];
  }

  /** Samples, those that the forecast misses most first. */
  public static List<Sample> worst(List<Sample> samples, CostConstants constants) {
    Sample[] sorted = samples.toArray(new Sample[0]);
    Arrays.sort(
        sorted,
        (a, b) -> Double.compare(Math.abs(b.error(constants)), Math.abs(a.error(constants))));
    return List.of(sorted);
  }
}
