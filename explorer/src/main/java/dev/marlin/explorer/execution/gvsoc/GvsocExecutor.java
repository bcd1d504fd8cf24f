package dev.marlin.explorer.execution.gvsoc;

import dev.marlin.deployer.LayerPlan;
import dev.marlin.deployer.codegen.ProgramReport;
import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.EmbeddedExecutor;
import dev.marlin.explorer.execution.Execution;
import dev.marlin.explorer.execution.ExecutionException;
import dev.marlin.explorer.execution.Executor;
import dev.marlin.explorer.execution.ProgramOutput;
import dev.marlin.explorer.execution.TensorBytes;
import dev.marlin.kernels.L3Image;
import dev.marlin.kernels.OutputHash;
import dev.marlin.simulator.ChipConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs applications in an installed GVSOC. The L3 image travels as a file of the read-only file
 * system in flash, from where the program copies it to HyperRAM before its clock starts; outputs
 * are compared by the hashes that the program prints of them.
 *
 * <p>Every run has a folder of its own, so any number may run at once. The SDK's gapy makes the
 * flash image and the description of the system there; the launcher then runs it, with a slower
 * reference clock ({@link ElaboratedSystem}).
 */
public final class GvsocExecutor implements Executor {
  /** As on the command line. */
  public static final String NAME = "gvsoc";

  private static final int GAP8_L3 = 8 << 20;

  /**
   * The boot ROM works at the end of GAP8's L2; a program for less keeps to what it was built for.
   */
  private static final int BOOT_L2 = 512 << 10;

  private static final int OUTPUT_BYTES = 4 << 20;
  private static final long DISK_BYTES = 1L << 30;

  /** GVSOC simulates some million cycles a second; both passes, the copy and a busy machine. */
  private static final long LEAST_SECONDS = 300;

  private static final long MACS_PER_SECOND = 400_000;

  private final GapSdk sdk;
  private final BoundedProcess.@Nullable Limits limits;

  /** An executor with the SDK in {@code sdk}; what a run may use grows with its network. */
  public GvsocExecutor(GapSdk sdk) {
    this(sdk, null);
  }

  /** An executor with other limits. */
  GvsocExecutor(GapSdk sdk, BoundedProcess.@Nullable Limits limits) {
    this.sdk = sdk;
    this.limits = limits;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return sdk.version();
  }

  @Override
  public ProgramReport programReport() {
    return ProgramReport.HASHES;
  }

  @Override
  public Execution execute(Build build, byte[] image, List<int[]> expected) {
    int l3 = build.deployment().options().hardware().l3Bytes();
    if (l3 > GAP8_L3) {
      throw new IllegalArgumentException(
          "the board of the executor gvsoc has 8 MiB of HyperRAM, the point asks for "
              + l3
              + " bytes; lower --l3 or use --executor embedded");
    }
    if (!build.options().chip().isEmpty()) {
      throw new IllegalArgumentException(
          "the executor gvsoc has no chip with "
              + build.options().chipText()
              + "; use --executor embedded");
    }
    BoundedProcess.Result result = run(build, image);
    String log = result.stdout() + result.stderr();
    check(limits(build), result, log);
    List<LayerPlan> layers = build.deployment().layers();
    ProgramOutput output = ProgramOutput.parse(result.stdout(), layers.size());
    return compare(layers, output, expected, result.seconds());
  }

  private BoundedProcess.Result run(Build build, byte[] image) {
    Path folder = temporaryFolder();
    try {
      Path elf = folder.resolve("application.elf");
      Path file = folder.resolve(L3Image.FLASH_FILE);
      Files.write(elf, build.firmware().elf());
      Files.write(file, image);
      ChipConfig chip = EmbeddedExecutor.chip(build.options());
      BoundedProcess.Limits limits = limits(build);
      BoundedProcess.Result elaborated =
          BoundedProcess.run(elaboration(chip, folder, elf, file), folder, limits);
      check(limits, elaborated, elaborated.stdout() + elaborated.stderr());
      Path system = folder.resolve(ElaboratedSystem.FILE);
      ElaboratedSystem.slowReferenceClock(system);
      // Without line buffering a run that is killed loses what it printed.
      return BoundedProcess.run(
          command(List.of("stdbuf", "-oL", sdk.launcher().toString(), "--config=" + system)),
          folder,
          limits);
    } catch (IOException e) {
      throw new UncheckedIOException("gvsoc cannot run in " + folder + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException("cancelled", "the run in gvsoc was cancelled", "", e);
    } finally {
      delete(folder);
    }
  }

  private BoundedProcess.Limits limits(Build build) {
    if (limits != null) {
      return limits;
    }
    long seconds = Math.max(LEAST_SECONDS, build.deployment().network().macs() / MACS_PER_SECOND);
    return new BoundedProcess.Limits(seconds, OUTPUT_BYTES, DISK_BYTES);
  }

  /** Makes flash image and description of the system. */
  private List<String> elaboration(ChipConfig chip, Path folder, Path elf, Path image) {
    List<String> gapy = new ArrayList<>();
    gapy.add(sdk.gapy().toString());
    gapy.addAll(List.of("--target=" + GapSdk.TARGET, "--platform=gvsoc"));
    gapy.add("--work-dir=" + folder);
    gapy.add(set("**/flash/content/partitions/readfs/files", image.toString()));
    gapy.add(set("**/soc/l2/size", hex(Math.max(BOOT_L2, chip.l2Bytes()))));
    gapy.add(set("**/cluster/l1/size", hex(chip.l1Bytes())));
    gapy.add(set("**/cluster/nb_pe", Integer.toString(chip.cores())));
    gapy.addAll(List.of("run", "--image", "--flash", "--exec-prepare"));
    gapy.add("--binary=" + elf);
    return command(gapy);
  }

  /**
   * A command of the SDK. bash sets its environment first; paths travel as arguments, never in the
   * script's text.
   */
  private List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bash", "-c", "source \"$1\" >/dev/null 2>&1; shift; exec \"$@\""));
    command.addAll(List.of("bash", sdk.configuration().toString()));
    command.addAll(arguments);
    return command;
  }

  private static String set(String path, String value) {
    return "--config-opt=" + path + "=" + value;
  }

  private static String hex(int bytes) {
    return String.format(Locale.ROOT, "0x%08x", bytes);
  }

  private static void check(
      BoundedProcess.Limits limits, BoundedProcess.Result result, String log) {
    String seconds = String.format(Locale.ROOT, "%.0f s", result.seconds());
    switch (result.end()) {
      case TOO_LONG ->
          throw new ExecutionException("timeout", "gvsoc did not end in " + seconds, log, null);
      case TOO_MUCH_OUTPUT ->
          throw new ExecutionException(
              "output", "gvsoc printed more than " + limits.outputBytes() + " bytes", log, null);
      case TOO_MUCH_DISK ->
          throw new ExecutionException(
              "disk", "gvsoc wrote more than " + limits.diskBytes() + " bytes", log, null);
      case EXITED -> {
        if (result.status() != 0) {
          throw new ExecutionException(
              "status", "gvsoc ended with status " + result.status(), log, null);
        }
      }
    }
  }

  private static Execution compare(
      List<LayerPlan> layers, ProgramOutput output, List<int[]> expected, double seconds) {
    List<Long> mismatches = new ArrayList<>();
    String first = "";
    for (int i = 0; i < layers.size(); i++) {
      int right = OutputHash.of(TensorBytes.of(layers.get(i).layer().output(), expected.get(i)));
      int found = output.hash(i);
      mismatches.add(right == found ? 0L : 1L);
      if (right != found && first.isEmpty()) {
        first =
            String.format(
                Locale.ROOT,
                "layer %d (%s): its output has the hash %08x, expected %08x",
                i,
                layers.get(i).layer().name(),
                found,
                right);
      }
    }
    return new Execution(output.total(), output.layers(), mismatches, first, 0, seconds);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("marlin-gvsoc-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for gvsoc: " + e.getMessage(), e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      folder.toFile().deleteOnExit(); // a temporary folder that stays is no fault of the run
    }
  }
}
