package dev.marlin.explorer.execution;

import dev.marlin.deployer.Deployer;
import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.DeploymentOptions;
import dev.marlin.deployer.LayerPlan;
import dev.marlin.deployer.ResidentBytes;
import dev.marlin.deployer.codegen.Application;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.schedule.Block;
import dev.marlin.deployer.schedule.Schedule;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.WhatIf;
import dev.marlin.kernels.CacheFolder;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.FirmwareImage;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.reports.energy.OperatingPoint;
import dev.marlin.reports.energy.PowerModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The steps of a design point: network to deployment, deployment to program, program to report. */
public final class PointExecution {
  private PointExecution() {}

  /** What becomes of divisors that are no powers of two. */
  public static RequantizationMode requantization(PointOptions options) {
    return RequantizationMode.valueOf(options.requantization().toUpperCase(Locale.ROOT));
  }

  /** The machine of a point. */
  public static Hardware hardware(PointOptions options) {
    return Hardware.gap8()
        .withL1Bytes(options.l1Bytes())
        .withL2Bytes(options.l2Bytes())
        .withL3Bytes(options.l3Bytes())
        .withCores(options.cores())
        .withClockHertz(options.clockHertz());
  }

  /**
   * Deploys a network and builds its program.
   *
   * @throws dev.marlin.deployer.InfeasibleException if it does not fit the memories
   * @throws dev.marlin.kernels.ToolchainException if the compiler refuses
   */
  public static Build build(Network network, PointOptions options, FirmwareBuilder builder) {
    return build(network, options, builder, builder::residentBytes, CacheFolder.ofUser().root());
  }

  /**
   * @param cache folder where measured tiles are kept
   */
  static Build build(
      Network network,
      PointOptions options,
      FirmwareBuilder builder,
      ResidentBytes resident,
      Path cache) {
    DeploymentOptions deploymentOptions =
        new DeploymentOptions(
            hardware(options), options.tiling(), options.heuristics(), requantization(options));
    Deployment deployment =
        Deployer.deploy(
            network, deploymentOptions, resident, new MeasuredPrograms(builder, options, cache));
    Application application = deployment.application();
    FirmwareImage firmware = builder.build(application.firmware(target(options)));
    return new Build(deployment, firmware, options);
  }

  /** The chip that the program of a point is compiled for. */
  static FirmwareTarget target(PointOptions options) {
    return new FirmwareTarget(
        options.cores(), options.l1Bytes(), options.l2Bytes(), WhatIf.revision(options.chip()));
  }

  /** Puts what was planned and what was measured together. */
  public static RunReport report(
      String model, String executor, PointOptions options, Build build, Execution execution) {
    List<LayerReport> layers = new ArrayList<>();
    for (LayerPlan plan : build.deployment().layers()) {
      int i = plan.index();
      layers.add(
          new LayerReport(
              i,
              plan.layer().name(),
              plan.type(),
              execution.layerCycles().get(i),
              plan.layer().macs(),
              plan.tile(),
              plan.tiles(),
              plan.l1Bytes(),
              plan.l3Bytes(),
              plan.predictedCycles(),
              execution.parts().isEmpty() ? null : execution.parts().get(i),
              execution.mismatches().get(i)));
    }
    return new RunReport(
        model,
        executor,
        execution.cycles(),
        options.clockHertz(),
        picojoulesPerCycle(options.clockHertz(), execution.cycles(), layers),
        execution.firstMismatch(),
        layers,
        l2Map(build.deployment().schedule()));
  }

  /**
   * Average energy of a cycle by the power model of the reports; NaN if no operating point reaches
   * the clock.
   */
  static double picojoulesPerCycle(long clockHertz, long cycles, List<LayerReport> layers) {
    PowerModel power = PowerModel.shipped();
    return OperatingPoint.reaching(clockHertz, OperatingPoint.all())
        .map(
            point ->
                layers.stream()
                        .mapToDouble(
                            layer ->
                                power.milliwatts(layer.cycles(), layer.macs(), layer.l3Bytes())
                                    * point.milliseconds(layer.cycles()))
                        .sum()
                    * point.powerScale()
                    * 1e6
                    / cycles)
        .orElse(Double.NaN);
  }

  private static List<L2Buffer> l2Map(Schedule schedule) {
    List<L2Buffer> buffers = new ArrayList<>();
    for (int i = 0; i < schedule.l2Blocks().size(); i++) {
      Block block = schedule.l2Blocks().get(i);
      buffers.add(
          new L2Buffer(
              block.what(),
              schedule.l2Offsets().get(i),
              block.bytes(),
              block.first(),
              block.last()));
    }
    return buffers;
  }
}
