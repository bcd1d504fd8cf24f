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
 * cycles, relative errors counted, very large ones less (iteratively reweighted least squares). The
 * best round counts.
 */
public final class Calibration {
  private static final int ROUNDS = 25;
  private static final double STEP = 0.01;

  /** Squares of larger relative errors count less: such a layer waits at another place of L3. */
  private static final double LARGE = 0.15;

  /** How strongly constants are held to what they were, by relative error of a layer. */
  private static final double HOLD = 0.02;

  /** The same for constants that no layer depends on, by relative change of the constant. */
  private static final double HOLD_ALONE = 0.05;

  /** Layers that wait longer, as part of all their cycles, teach nothing about computation. */
  private static final double MOST_WAITING = 0.2;

  private Calibration() {}

  /** A network that was run, and its forecast under the constants that were asked for last. */
  private static final class Run {
    private final List<KernelLayer> layers;
    private final List<L2Tiling> l2;
    private final List<L1Tiling> l1;
    private final Hardware hardware;
    private CostConstants constants = CostConstants.shipped();
    private List<RuntimeTimeline.Forecast> forecasts;

    Run(Deployment deployment) {
      layers = new Lowering(KernelLibrary::select).lower(deployment.network());
      l2 = deployment.layers().stream().map(plan -> plan.tiling().l2()).toList();
      l1 = deployment.layers().stream().map(plan -> plan.tiling().l1()).toList();
      hardware = deployment.options().hardware();
      forecasts = new Forecast(hardware, constants).layers(layers, l2, l1);
    }

    RuntimeTimeline.Forecast forecast(int layer, CostConstants asked) {
      if (!asked.equals(constants)) {
        constants = asked;
        forecasts = new Forecast(hardware, asked).layers(layers, l2, l1);
      }
      return forecasts.get(layer);
    }
  }

  /** A layer that was run. */
  public static final class Sample {
    private final String network;
    private final LayerPlan plan;
    private final long cycles;
    private final Run run;

    private Sample(String network, LayerPlan plan, long cycles, Run run) {
      this.network = network;
      this.plan = plan;
      this.cycles = cycles;
      this.run = run;
    }

    /** The network that it is part of. */
    public String network() {
      return network;
    }

    /** How it was deployed. */
    public LayerPlan plan() {
      return plan;
    }

    /** The layer with its kernel. */
    public KernelLayer layer() {
      return run.layers.get(plan.index());
    }

    /** Cycles that it took. */
    public long cycles() {
      return cycles;
    }

    private Forecast model(CostConstants constants) {
      return new Forecast(run.hardware, constants);
    }

    private double forecast(CostConstants constants) {
      return run.forecast(plan.index(), constants).cycles();
    }

    /** Cycles of the forecast in which it waits for L3. */
    public double waits(CostConstants constants) {
      return run.forecast(plan.index(), constants).waits();
    }

    /** What {@code constants} say, relative to what is true: 0.1 for 10 % too much. */
    public double error(CostConstants constants) {
      return forecast(constants) / cycles - 1;
    }

    /** Whether computation, and not L3, decides how long the layer takes. */
    boolean isComputeBound(CostConstants constants) {
      return waits(constants) < forecast(constants) * MOST_WAITING;
    }
  }

  /**
   * The layers of a deployment with the cycles that each took.
   *
   * @param cycles one for each layer
   */
  public static List<Sample> samples(Deployment deployment, List<Long> cycles) {
    Run run = new Run(deployment);
    return deployment.layers().stream()
        .map(plan -> new Sample(deployment.network().name(), plan, cycles.get(plan.index()), run))
        .toList();
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
      KernelCost kernel = new KernelCost(sample.layer(), sample.run.hardware.cores(), start);
      for (int i = 0; i < kernel.names().size(); i++) {
        values.putIfAbsent(kernel.names().get(i), kernel.constant(i));
      }
    }
    return new CostConstants(values);
  }

  /** One round. */
  private static CostConstants step(List<Sample> samples, CostConstants now, String prefix) {
    List<List<String>> namesOf = new ArrayList<>();
    TreeSet<String> used = new TreeSet<>();
    for (Sample sample : samples) {
      List<String> own =
          sample.model(now).constants(sample.layer()).stream()
              .filter(n -> n.startsWith(prefix))
              .toList();
      namesOf.add(own);
      used.addAll(own);
    }
    List<String> names = List.copyOf(used);
    double[][] rows = new double[samples.size() + names.size()][names.size()];
    double[] right = new double[rows.length];
    double[] forecast = new double[samples.size()];
    double[] weight = new double[samples.size()];
    for (int s = 0; s < samples.size(); s++) {
      Sample sample = samples.get(s);
      forecast[s] = sample.forecast(now);
      double large = Math.max(1, Math.abs(sample.error(now)) / LARGE);
      weight[s] = 1 / (sample.cycles() * large);
      right[s] = (sample.cycles() - forecast[s]) * weight[s];
    }
    for (int j = 0; j < names.size(); j++) {
      String name = names.get(j);
      double value = now.get(name);
      double change = Math.max(STEP, STEP * value);
      CostConstants changed = with(now, name, value + change);
      double sum = 0;
      for (int s = 0; s < rows.length - names.size(); s++) {
        if (namesOf.get(s).contains(name)) {
          double slope = (samples.get(s).forecast(changed) - forecast[s]) / change * weight[s];
          rows[s][j] = slope;
          right[s] += slope * value;
          sum += slope * slope;
        }
      }
      double hold = HOLD * Math.sqrt(sum) + HOLD_ALONE / (1 + value);
      rows[samples.size() + j][j] = hold;
      right[samples.size() + j] = hold * value;
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
