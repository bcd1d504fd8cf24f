package dev.marlin.explorer.cli;

import dev.marlin.deployer.tiling.Heuristic;
import dev.marlin.deployer.tiling.TilingPolicies;
import dev.marlin.deployer.tiling.TilingPolicy;
import dev.marlin.explorer.sweep.Nearest;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.WhatIf;
import dev.marlin.kernels.Toolchains;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a network is deployed, the same for every command that has them. */
final class DeployOptions {
  private static final List<String> REQUANTIZATIONS = List.of("shift", "exact");

  @Option(
      names = "--l1",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "memory of the cluster, stacks included (default: 64KiB)")
  private @Nullable Integer l1;

  @Option(
      names = "--l2",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "memory of the system on chip, code included (default: 512KiB)")
  private @Nullable Integer l2;

  @Option(
      names = "--l3",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "HyperRAM (default: 8MiB)")
  private @Nullable Integer l3;

  @Option(names = "--cores", paramLabel = "N", description = "cluster cores, 1 to 16 (default: 8)")
  private @Nullable Integer cores;

  @Option(
      names = "--tiling",
      paramLabel = "POLICY",
      description =
          "cycles, measured, dory-gap8, dory-gvsoc or dory-v0 (default: cycles); measured runs the"
              + " best tiles of every layer in the simulator and keeps the fastest")
  private @Nullable String tiling;

  @Option(
      names = "--heuristic",
      paramLabel = "NAME=WEIGHT",
      description = "weight of one of the policy's heuristics; 0 switches it off; may be repeated")
  private Map<String, Double> heuristics = new LinkedHashMap<>();

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      converter = ClockConverter.class,
      description = "of cluster and fabric controller (default: 100MHz)")
  private @Nullable Long clock;

  @Option(
      names = "--toolchain",
      paramLabel = "NAME",
      description = "auto, llvm, gcc or gap (default: auto)")
  private @Nullable String toolchain;

  @Option(
      names = "--chip",
      paramLabel = "NAME[=VALUE]",
      mapFallbackValue = "",
      description =
          "gap8v3 (default), or gap8v2, gap8v1, which wait behind every 2-D DMA transfer;"
              + " what else differs from GAP8: banking-factor (2), l3-bandwidth (1000 thousandths of a byte"
              + " in a cycle), l3-latency (72 cycles); may be repeated")
  private Map<String, String> chip = new LinkedHashMap<>();

  @Option(
      names = "--requantization",
      paramLabel = "MODE",
      description = "divisors that are no power of two: shift or exact (default: exact)")
  private @Nullable String requantization;

  /**
   * The options with their defaults.
   *
   * @throws CommandException if a value does not exist or is out of range
   */
  PointOptions toPointOptions() {
    PointOptions options = PointOptions.defaults();
    options = l1 == null ? options : options.withL1Bytes(l1);
    options = l2 == null ? options : options.withL2Bytes(l2);
    options = l3 == null ? options : options.withL3Bytes(l3);
    options = clock == null ? options : options.withClockHertz(clock);
    try {
      options = options.withChip(WhatIf.parse(chip));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--chip: " + e.getMessage());
    }
    if (cores != null) {
      if (cores < 1 || cores > 16) {
        throw CommandException.usage("--cores: " + cores + " is out of range: 1 to 16");
      }
      options = options.withCores(cores);
    }
    if (toolchain != null) {
      options = options.withToolchain(known("--toolchain", toolchain, Toolchains.NAMES));
    }
    if (requantization != null) {
      options =
          options.withRequantization(known("--requantization", requantization, REQUANTIZATIONS));
    }
    List<String> policies = TilingPolicies.all().stream().map(TilingPolicy::name).toList();
    if (tiling != null) {
      options = options.withTiling(known("--tiling", tiling, policies));
    }
    List<String> names =
        TilingPolicies.named(options.tiling()).heuristics().stream().map(Heuristic::name).toList();
    heuristics.forEach(
        (name, weight) -> {
          known("--heuristic", name, names);
          if (!(weight >= 0) || weight.isInfinite()) {
            throw CommandException.usage(
                "--heuristic: the weight of " + name + " is " + weight + "; it must be 0 or more");
          }
        });
    return options.withHeuristics(new TreeMap<>(heuristics));
  }

  /** Returns {@code value} if it is one of {@code values}. */
  static String known(String option, String value, List<String> values) {
    if (values.contains(value)) {
      return value;
    }
    throw CommandException.usage(
        option
            + ": there is no \""
            + value
            + "\""
            + (values.isEmpty() ? "; there are none" : Nearest.hint(value, values)));
  }
}
