package dev.marlin.explorer.execution;

import dev.marlin.deployer.LayerPlan;
import dev.marlin.deployer.codegen.OutputPlace;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.LayerComparison;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.WhatIf;
import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.MachineView;
import dev.marlin.simulator.Probe;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.SimulationException;
import dev.marlin.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs applications in the embedded simulator. A probe on {@code marlin_layer_done} reads every
 * layer's whole output the moment it is complete, at no cost in cycles.
 */
public final class EmbeddedExecutor implements Executor {
  /** As on the command line. */
  public static final String NAME = "embedded";

  private static final String LAYER_DONE = "marlin_layer_done";
  private static final int FIRST_ARGUMENT = 10; // a0
  private static final int MIN_L1 = 4 << 10;
  private static final int MIN_L2 = 64 << 10;
  private static final int L2_STEP = 4 << 10;

  /** No layer is so slow: 100 million cycles, and 50 for each multiply-accumulate. */
  private static final long SPARE_CYCLES = 100_000_000;

  private static final long CYCLES_PER_MAC = 50;

  @Override
  public String name() {
    return NAME;
  }

  /** The simulator's code is part of {@link CodeVersion}, which tells all of its versions apart. */
  @Override
  public String version() {
    return CodeVersion.current();
  }

  @Override
  public Execution execute(Build build, byte[] image, List<int[]> expected) {
    List<LayerPlan> layers = build.deployment().layers();
    OutputCheck check = new OutputCheck(layers, expected);
    List<OutputPlace> places = build.deployment().application().outputs();
    Probe probe =
        (machine, core) -> {
          int layer = machine.register(core, FIRST_ARGUMENT);
          check.layer(layer, read(machine, build, places.get(layer)));
        };
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    LayerTimes times = new LayerTimes(build.options().cores());
    RunOptions options =
        RunOptions.defaults()
            .withChip(chip(build.options()))
            .withL3Image(image)
            .withMaxCycles(SPARE_CYCLES + CYCLES_PER_MAC * build.deployment().network().macs())
            .withStdout(stdout)
            .withTimeline(times)
            .withTranslations(SharedState.ofThisJvm().translations())
            .withProbes(Map.of((int) build.firmware().address(LAYER_DONE), probe));
    RunResult result = run(build, options, stdout);
    String text = stdout.toString(StandardCharsets.UTF_8);
    if (result.exitStatus() != 0) {
      throw new ExecutionException(
          "status", "the program ended with status " + result.exitStatus(), text, null);
    }
    ProgramOutput output = ProgramOutput.parse(text, layers.size());
    return new Execution(
        output.total(),
        output.layers(),
        check.mismatches(),
        check.first(),
        times.parts(output.layers()),
        result.statistics().instructions(),
        result.statistics().hostSeconds());
  }

  private static RunResult run(Build build, RunOptions options, ByteArrayOutputStream stdout) {
    String name = build.deployment().application().name();
    try {
      return Simulator.run(Program.parse(build.firmware().elf(), name), options);
    } catch (SimulationException e) {
      throw new ExecutionException(
          e.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          String.valueOf(e.getMessage()),
          stdout.toString(StandardCharsets.UTF_8),
          e);
    }
  }

  private static byte[] read(MachineView machine, Build build, OutputPlace place) {
    int bytes = place.tensor().bytes();
    return place.level() == MemoryLevel.L3
        ? machine.readL3(place.offset(), bytes)
        : machine.read((int) build.firmware().l2(place.offset()), bytes);
  }

  /**
   * The chip to simulate. The network keeps to exactly the memories that it was deployed for; the
   * chip's are the next larger ones that can be built.
   */
  public static ChipConfig chip(PointOptions options) {
    int l1 = Integer.highestOneBit(Math.max(MIN_L1, options.l1Bytes()) * 2 - 1);
    int[] clocks = WhatIf.clocks(options.chip());
    int l2 = (Math.max(MIN_L2, options.l2Bytes()) + L2_STEP - 1) / L2_STEP * L2_STEP;
    return ChipConfig.gap8()
        .withCores(options.cores())
        .withL1Bytes(l1)
        .withL2Bytes(l2)
        .withL3Bytes(options.l3Bytes())
        .withBankingFactor(WhatIf.BANKING_FACTOR.of(options.chip()))
        .withL3Bus(
            new ChipConfig.L3Bus(
                WhatIf.L3_LATENCY.of(options.chip()), WhatIf.L3_BANDWIDTH.of(options.chip())))
        .withClocks(new ChipConfig.Clocks(clocks[0], clocks[1]));
  }

  /** Compares outputs as they appear. */
  private static final class OutputCheck {
    private final List<LayerPlan> layers;
    private final List<int[]> expected;
    private final List<Long> mismatches;
    private String first = "";

    OutputCheck(List<LayerPlan> layers, List<int[]> expected) {
      if (expected.size() != layers.size()) {
        throw new IllegalArgumentException(
            expected.size() + " expected outputs for " + layers.size() + " layers");
      }
      this.layers = layers;
      this.expected = expected;
      this.mismatches = new ArrayList<>(Collections.nCopies(layers.size(), -1L));
    }

    void layer(int layer, byte[] output) {
      Layer described = layers.get(layer).layer();
      LayerComparison comparison =
          LayerComparison.of(
              layer, described, expected.get(layer), decode(described.output(), output));
      mismatches.set(layer, (long) comparison.mismatches());
      if (first.isEmpty() && !comparison.isExact()) {
        first = comparison.describe();
      }
    }

    private static Activation decode(Tensor tensor, byte[] bytes) {
      int[] values = new int[tensor.shape().elements()];
      ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (tensor.type()) {
              case UINT8, INT8 -> (bytes[i] & 0xff) - tensor.type().zero();
              case INT32 -> words.getInt(4 * i);
            };
      }
      return new Activation(tensor, values);
    }

    List<Long> mismatches() {
      int missing = mismatches.indexOf(-1L);
      if (missing >= 0) {
        throw new ExecutionException(
            "output",
            "the program never said that layer " + missing + " is done, so nothing was checked",
            "",
            null);
      }
      return List.copyOf(mismatches);
    }

    String first() {
      return first;
    }
  }
}
