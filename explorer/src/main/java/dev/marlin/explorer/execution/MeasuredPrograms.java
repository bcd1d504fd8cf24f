package dev.marlin.explorer.execution;

import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.ProgramRunner;
import dev.marlin.deployer.codegen.ProgramReport;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Runs the programs of the tiling policy {@code measured} in the embedded simulator, on GAP8 as it
 * is but for cores and memories, and keeps their cycles: a small file each, shared by all sweeps
 * and processes of a user. A file is complete or absent; one that cannot be read counts as absent.
 */
final class MeasuredPrograms implements ProgramRunner {
  private final FirmwareBuilder builder;
  private final PointOptions options;
  private final Path folder;

  /**
   * @param options of the point that is tiled
   * @param cache folder of caches
   */
  MeasuredPrograms(FirmwareBuilder builder, PointOptions options, Path cache) {
    this.builder = builder;
    this.options = options;
    this.folder = cache.resolve("measured");
  }

  @Override
  public List<Long> layerCycles(String key, Supplier<Deployment> program) {
    String hash =
        Hashes.of(
            String.join(
                "\n",
                "marlin measured 1",
                CodeVersion.current(),
                builder.toolchainId(),
                builder.compilerFlags(options.cores()).toString(),
                Integer.toString(PointExecution.target(options).revision()),
                key));
    Path file = folder.resolve(hash.substring(0, 2)).resolve(hash);
    return read(file).orElseGet(() -> keep(file, run(program.get())));
  }

  private List<Long> run(Deployment deployment) {
    Build build =
        new Build(
            deployment,
            builder.build(deployment.application().firmware(PointExecution.target(options))),
            options.withChip(new TreeMap<>()));
    Network network = deployment.network();
    int[] input = SeededInput.forNetwork(network);
    List<int[]> expected =
        ReferenceInterpreter.run(network, input).stream().map(Activation::values).toList();
    byte[] image =
        deployment.application().l3Image(SeededInput.bytes(network, input), ProgramReport.CYCLES);
    Execution execution = new EmbeddedExecutor().execute(build, image, expected);
    if (!execution.firstMismatch().isEmpty()) {
      throw new ExecutionException(
          "wrong result", "while tiles were measured: " + execution.firstMismatch(), "", null);
    }
    return execution.layerCycles();
  }

  private static Optional<List<Long>> read(Path file) {
    try {
      return Optional.of(
          Arrays.stream(Files.readString(file).strip().split(" ", -1)).map(Long::valueOf).toList());
    } catch (NoSuchFileException | NumberFormatException e) {
      return Optional.empty(); // absent, or damaged: made again and replaced
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  private static List<Long> keep(Path file, List<Long> cycles) {
    try {
      String text = cycles.stream().map(String::valueOf).collect(Collectors.joining(" "));
      WholeFile.write(file, part -> Files.writeString(part, text));
      return cycles;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep cycles in " + file.getParent() + ": " + e, e);
    }
  }
}
