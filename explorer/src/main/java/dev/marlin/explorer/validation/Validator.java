package dev.marlin.explorer.validation;

import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.EmbeddedExecutor;
import dev.marlin.explorer.execution.Execution;
import dev.marlin.explorer.execution.ExecutionException;
import dev.marlin.explorer.execution.Executor;
import dev.marlin.explorer.execution.ModelLoader;
import dev.marlin.explorer.execution.PointExecution;
import dev.marlin.explorer.execution.PreparedModel;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.validation.ProgramPair.Origin;
import dev.marlin.kernels.FirmwareBuilder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Runs networks in the embedded simulator and holds them against GVSOC: live where it is installed,
 * else against what it has measured before.
 */
public final class Validator {
  private static final int HASH_DIGITS = 16;

  private final FirmwareBuilder builder;
  private final Optional<Executor> gvsoc;
  private final Recording recording;
  private final Executor embedded = new EmbeddedExecutor();

  /**
   * @param gvsoc the executor, if it is installed
   * @param recording what to compare with if it is not
   */
  public Validator(FirmwareBuilder builder, Optional<Executor> gvsoc, Recording recording) {
    this.builder = builder;
    this.gvsoc = gvsoc;
    this.recording = recording;
  }

  /**
   * Compares one network on one chip.
   *
   * @throws ExecutionException if a run fails or an output is wrong
   * @throws IllegalArgumentException if GVSOC is not installed and has never run this network
   */
  public ProgramPair compare(ModelRef model, PointOptions options) {
    PreparedModel prepared =
        PreparedModel.of(ModelLoader.load(model), PointExecution.requantization(options));
    Build build = PointExecution.build(prepared.network(), options, builder);
    String program = hash(build.firmware().elf());
    Execution here = run(embedded, build, prepared);
    if (gvsoc.isPresent()) {
      Execution there = run(gvsoc.get(), build, prepared);
      return pair(model, options, build, program, here, there.layerCycles(), Origin.LIVE);
    }
    ProgramPair known =
        recording.programs().stream()
            .filter(pair -> isOf(pair, model, options))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        model.name()
                            + ": GVSOC is not installed and nothing is recorded of this network on"
                            + " this chip; name a GAP SDK with --gvsoc DIR"));
    if (!known.program().equals(program)) {
      return known.withOrigin(Origin.EARLIER_PROGRAM);
    }
    List<Long> there = known.layers().stream().map(LayerPair::gvsoc).toList();
    return pair(model, options, build, program, here, there, Origin.RECORDED);
  }

  private static Execution run(Executor executor, Build build, PreparedModel model) {
    Execution execution =
        executor.execute(
            build,
            build.deployment().application().l3Image(model.inputBytes(), executor.programReport()),
            model.expected());
    if (!execution.firstMismatch().isEmpty()) {
      throw new ExecutionException(
          "wrong result", executor.name() + ": " + execution.firstMismatch(), "", null);
    }
    return execution;
  }

  private static ProgramPair pair(
      ModelRef model,
      PointOptions options,
      Build build,
      String program,
      Execution here,
      List<Long> there,
      Origin origin) {
    List<LayerPair> layers = new ArrayList<>();
    build
        .deployment()
        .layers()
        .forEach(
            plan ->
                layers.add(
                    new LayerPair(
                        plan.index(),
                        plan.layer().name(),
                        plan.type(),
                        here.layerCycles().get(plan.index()),
                        there.get(plan.index()))));
    return new ProgramPair(
        model.name(),
        options.l1Bytes(),
        options.l2Bytes(),
        options.cores(),
        options.tiling(),
        program,
        layers,
        origin);
  }

  private static boolean isOf(ProgramPair pair, ModelRef model, PointOptions options) {
    return pair.model().equals(model.name())
        && pair.l1Bytes() == options.l1Bytes()
        && pair.l2Bytes() == options.l2Bytes()
        && pair.cores() == options.cores()
        && pair.tiling().equals(options.tiling());
  }

  private static String hash(byte[] elf) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(elf);
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
