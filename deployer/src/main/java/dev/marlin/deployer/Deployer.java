package dev.marlin.deployer;

import dev.marlin.deployer.codegen.Application;
import dev.marlin.deployer.codegen.ApplicationBuilder;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.lowering.Lowering;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.schedule.LayerSchedule;
import dev.marlin.deployer.schedule.Lifetimes;
import dev.marlin.deployer.schedule.Schedule;
import dev.marlin.deployer.schedule.Scheduler;
import dev.marlin.deployer.tiling.NetworkTiling;
import dev.marlin.deployer.tiling.TileGrid;
import dev.marlin.deployer.tiling.Tiling;
import dev.marlin.deployer.tiling.TilingPolicies;
import dev.marlin.deployer.tiling.TilingPolicy;
import dev.marlin.deployer.tiling.TilingProblem;
import dev.marlin.deployer.tiling.Traffic;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.KernelLibrary;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.RuntimeLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns a network into a program: {@linkplain Lowering lowering} to kernels, {@linkplain
 * TilingPolicy tiling}, {@linkplain Scheduler schedule}, {@linkplain ApplicationBuilder code}.
 */
public final class Deployer {
  /** Parts of L2 that a policy does without, one after the other, until the blocks find places. */
  private static final List<Integer> HOLES_PER_MILLE = List.of(10, 30, 60, 100, 160, 250);

  private final Function<LayerSpec, Kernel> kernels;
  private final ResidentBytes resident;
  private final ProgramRunner runner;

  Deployer(Function<LayerSpec, Kernel> kernels, ResidentBytes resident) {
    this(kernels, resident, ProgramRunner.NONE);
  }

  Deployer(Function<LayerSpec, Kernel> kernels, ResidentBytes resident, ProgramRunner runner) {
    this.kernels = kernels;
    this.resident = resident;
    this.runner = runner;
  }

  /**
   * Deploys {@code network}; the room for code and data in L2 is {@linkplain ResidentBytes#ESTIMATE
   * estimated}.
   *
   * @throws InfeasibleException if the network does not fit the memories
   * @throws IllegalArgumentException if an option or a layer is not supported: the message names it
   */
  public static Deployment deploy(Network network, DeploymentOptions options) {
    return deploy(network, options, ResidentBytes.ESTIMATE);
  }

  /**
   * Deploys {@code network}, with the room for code and data in L2 that {@code resident} says:
   * {@code FirmwareBuilder::residentBytes} measures it.
   *
   * @throws InfeasibleException if the network does not fit the memories
   * @throws IllegalArgumentException if an option or a layer is not supported: the message names it
   */
  public static Deployment deploy(
      Network network, DeploymentOptions options, ResidentBytes resident) {
    return deploy(network, options, resident, ProgramRunner.NONE);
  }

  /**
   * As above, for every tiling policy: {@code runner} runs what the policy {@code measured} wants
   * to have measured.
   *
   * @throws InfeasibleException if the network does not fit the memories
   * @throws IllegalArgumentException if an option or a layer is not supported: the message names it
   */
  public static Deployment deploy(
      Network network, DeploymentOptions options, ResidentBytes resident, ProgramRunner runner) {
    return new Deployer(KernelLibrary::select, resident, runner).plan(network, options);
  }

  Deployment plan(Network original, DeploymentOptions options) {
    return plan(
        options.requantization().apply(original), options, TilingPolicies.named(options.tiling()));
  }

  /** The layers of {@code network} with their kernels. */
  List<KernelLayer> lowered(Network network) {
    return new Lowering(kernels).lower(network);
  }

  /** Deploys {@code network}, whose divisors are those that {@code options} ask for. */
  Deployment plan(Network network, DeploymentOptions options, TilingPolicy policy) {
    if (network.layers().isEmpty()) {
      throw new IllegalArgumentException("network " + network.name() + " has no layers");
    }
    List<KernelLayer> layers = lowered(network);
    Hardware hardware = options.hardware();
    int l1 = RuntimeLayout.l1ArenaBytes(hardware.l1Bytes(), hardware.cores());
    Map<String, Kernel> counted = byFunction(layers.stream().map(KernelLayer::kernel));
    long solving = 0;
    while (true) {
      int code = resident.of(counted.values(), layers.size(), hardware.cores());
      TilingProblem problem =
          new TilingProblem(
              layers,
              Lifetimes.of(network),
              hardware,
              l1,
              Math.max(0, hardware.l2Bytes() - code),
              TilingPolicies.weights(policy, options.heuristics()),
              new ProgramMeter(this, network, options, runner));
      long start = System.nanoTime();
      Schedule schedule = schedule(problem, policy);
      solving += System.nanoTime() - start;
      // Steps of input channels need kernels of their own: plan again with room for their code.
      Map<String, Kernel> used =
          byFunction(schedule.layers().stream().flatMap(layer -> layer.kernels().stream()));
      if (counted.keySet().containsAll(used.keySet())) {
        Application application =
            ApplicationBuilder.build(network, problem, schedule, policy.name(), code);
        return new Deployment(
            network, options, plans(schedule), schedule, application, solving * 1e-9);
      }
      counted.putAll(used);
    }
  }

  private static Map<String, Kernel> byFunction(Stream<Kernel> kernels) {
    return kernels.collect(
        Collectors.toMap(Kernel::function, kernel -> kernel, (a, b) -> a, TreeMap::new));
  }

  /**
   * A policy counts the bytes that every step needs; blocks of many sizes may still find no places.
   * Then it has to do with less, until they do.
   */
  private static Schedule schedule(TilingProblem problem, TilingPolicy policy) {
    NetworkTiling tiling = policy.tile(problem);
    Optional<Schedule> schedule = Scheduler.schedule(problem, tiling);
    for (int holes : HOLES_PER_MILLE) {
      if (schedule.isPresent()) {
        return schedule.get();
      }
      int bytes = (int) (problem.l2Bytes() * (1000L - holes) / 1000);
      try {
        tiling = policy.tile(problem.withL2Bytes(bytes));
      } catch (InfeasibleException tooLittle) {
        break;
      }
      schedule = Scheduler.schedule(problem, tiling);
    }
    if (schedule.isPresent()) {
      return schedule.get();
    }
    throw Scheduler.tooLittleL2(problem, tiling);
  }

  private static List<LayerPlan> plans(Schedule schedule) {
    List<LayerPlan> plans = new ArrayList<>();
    for (LayerSchedule scheduled : schedule.layers()) {
      KernelLayer layer = scheduled.layer();
      Tiling tiling = scheduled.tiling();
      plans.add(
          new LayerPlan(
              plans.size(),
              layer.layer(),
              type(layer),
              tiling,
              tiling.l1().height() + "x" + tiling.l1().width() + "x" + tiling.l1().channels(),
              TileGrid.tiles(layer, tiling.l2(), tiling.l1()),
              scheduled.l1().end(),
              Traffic.of(layer, tiling.l2(), tiling.l1().channels(), tiling.l1().depth()).bytes(),
              tiling.predictedCycles()));
    }
    return plans;
  }

  private static String type(KernelLayer layer) {
    return switch (layer.spec().operation()) {
      case CONVOLUTION -> isPointwise(layer.spec()) ? "pointwise" : "conv";
      case DEPTHWISE -> "depthwise";
      case FULLY_CONNECTED -> "fc";
      case MAX_POOLING -> "maxpool";
      case AVERAGE_POOLING -> "avgpool";
      case ADDITION, TABLE_ADDITION -> "add";
      case CONCATENATION -> "concat";
    };
  }

  private static boolean isPointwise(LayerSpec spec) {
    return spec.kernelHeight() == 1 && spec.kernelWidth() == 1 && spec.groups() == 1;
  }
}
