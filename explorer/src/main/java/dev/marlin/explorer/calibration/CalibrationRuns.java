package dev.marlin.explorer.calibration;

import dev.marlin.deployer.InfeasibleException;
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
          "mobilenet_v2_0.5_96");

  /** Policies whose tiles differ enough to tell the constants apart. */
  public static final List<String> POLICIES = List.of("cycles", "dory-gvsoc", "dory-gap8");

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
          progress.accept(model + ", " + variant + ", " + policy);
          try {
            samples.addAll(run(prepared, options.withTiling(policy)));
          } catch (InfeasibleException e) {
            progress.accept(model + " by " + policy + ": " + e.getMessage());
          }
        }
      }
    }
    return samples;
  }

  private List<Calibration.Sample> run(PreparedModel prepared, PointOptions options) {
    Build build = PointExecution.build(prepared.network(), options, builder);
    Execution execution =
        Executors.named(options.executor())
            .execute(
                build,
                build.deployment().application().l3Image(prepared.inputBytes(), false),
                prepared.expected());
    if (!execution.firstMismatch().isEmpty()) {
      throw new ExecutionException("wrong result", execution.firstMismatch(), "", null);
    }
    return Calibration.samples(build.deployment(), execution.layerCycles());
  }
}
