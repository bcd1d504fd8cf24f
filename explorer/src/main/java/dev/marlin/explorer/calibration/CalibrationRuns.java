package dev.marlin.explorer.calibration;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.codegen.ProgramReport;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.tiling.Calibration;
import dev.marlin.deployer.tiling.TilingPolicies;
import dev.marlin.deployer.tiling.TilingPolicy;
import dev.marlin.deployer.zoo.Models;
import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.Execution;
import dev.marlin.explorer.execution.ExecutionException;
import dev.marlin.explorer.execution.Executors;
import dev.marlin.explorer.execution.PointExecution;
import dev.marlin.explorer.execution.PreparedModel;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Runs networks and notes the cycles of every layer beside its plan. */
public final class CalibrationRuns {
  /** Networks of the zoo that have every kind of layer in small and large. */
  public static final List<String> NETWORKS =
      List.of(
          "resnet8",
          "dscnn",
          "autoencoder",
          "dronet",
          "penguinet",
          "mobilenet_v1_0.25_128",
          "mobilenet_v1_0.5_160",
          "mobilenet_v2_0.35_96",
          "mobilenet_v2_0.5_96",
          "mobilenet_v2_0.75_160");

  /** Policies whose tiles differ enough to tell the constants apart. */
  public static final List<String> POLICIES = List.of("cycles", "dory-gvsoc");

  /**
   * Weights under which the default policy makes tiles that it would not choose: many and few, with
   * and without overlap. A model that is fitted to chosen tiles alone does not know why.
   */
  private static final List<Map<String, Double>> TEMPERS =
      List.of(
          Map.of("overhead", 0.1),
          Map.of("overhead", 5.0),
          Map.of("transfer", 0.1),
          Map.of("transfer", 4.0));

  /** Names of all tiling policies. */
  public static List<String> policies() {
    return TilingPolicies.all().stream().map(TilingPolicy::name).toList();
  }

  /** Networks that are run with every requantization, too. */
  private static final List<String> VARIED =
      List.of("resnet8", "dscnn", "autoencoder", "penguinet", "mobilenet_v1_0.25_128");

  private final FirmwareBuilder builder;
  private final Consumer<String> progress;

  /**
   * @param builder makes the programs
   * @param progress is told what runs
   */
  public CalibrationRuns(FirmwareBuilder builder, Consumer<String> progress) {
    this.builder = builder;
    this.progress = progress;
  }

  /**
   * The layers of {@code models}, each deployed by every one of {@code policies}. What a policy
   * cannot fit is left out.
   *
   * @param variants whether the networks of {@link #NETWORKS} come with every requantization
   * @throws ExecutionException if a program fails or an output is wrong
   */
  public List<Calibration.Sample> run(
      List<String> models, List<String> policies, PointOptions options, boolean variants) {
    List<Calibration.Sample> samples = new ArrayList<>();
    for (String model : models) {
      Network own = Models.load(model);
      for (ScalingVariant variant : ScalingVariant.values()) {
        if (variant != ScalingVariant.OWN && !(variants && VARIED.contains(model))) {
          continue;
        }
        PreparedModel prepared =
            PreparedModel.of(variant.of(own), PointExecution.requantization(options));
        for (String policy : policies) {
          samples.addAll(run(model + ", " + variant, prepared, options.withTiling(policy)));
        }
        if (variants && variant == ScalingVariant.OWN) {
          for (Map<String, Double> weights : TEMPERS) {
            samples.addAll(run(model, prepared, options.withHeuristics(new TreeMap<>(weights))));
          }
        }
      }
    }
    return samples;
  }

  private List<Calibration.Sample> run(String what, PreparedModel prepared, PointOptions options) {
    progress.accept(what + ", " + options.tiling() + " " + options.heuristics());
    Build build;
    try {
      build = PointExecution.build(prepared.network(), options, builder);
    } catch (InfeasibleException e) {
      progress.accept(what + " does not fit: " + e.getMessage());
      return List.of();
    }
    Execution execution =
        Executors.named(options.executor())
            .execute(
                build,
                build
                    .deployment()
                    .application()
                    .l3Image(prepared.inputBytes(), ProgramReport.CYCLES),
                prepared.expected());
    if (!execution.firstMismatch().isEmpty()) {
      throw new ExecutionException("wrong result", execution.firstMismatch(), "", null);
    }
    return Calibration.samples(build.deployment(), execution.layerCycles());
  }
}
