package dev.marlin.explorer.cli;

import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import dev.marlin.deployer.tiling.CpSat;
import dev.marlin.explorer.engine.SparkCheck;
import dev.marlin.explorer.execution.gvsoc.GapSdk;
import dev.marlin.explorer.execution.gvsoc.GvsocException;
import dev.marlin.explorer.sweep.ByteSize;
import dev.marlin.kernels.CacheFolder;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.FirmwareImage;
import dev.marlin.kernels.FirmwareRequest;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.kernels.L3Image;
import dev.marlin.kernels.ToolchainException;
import dev.marlin.kernels.Toolchains;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DoctorCommand} tries. A class of its own: the command's class is loaded for {@code
 * --help} too, where none of these libraries is on the class path.
 */
final class DoctorChecks {
  private static final String EMPTY_NETWORK =
      """
      #include "network.h"
      static uint32_t results[2];
      const network_t network = {0, 0, 0, 0, results};
      """;
  private static final long LITTLE_SPACE = 1L << 30;

  private DoctorChecks() {}

  /** Sends a task through Spark. */
  static String spark() {
    return SparkCheck.run();
  }

  /** Writes to the cache folder. */
  static String cache() throws IOException {
    Path root = CacheFolder.ofUser().root();
    Files.createDirectories(root);
    Path probe = Files.createTempFile(root, "doctor", ".part");
    Files.delete(probe);
    long free = Files.getFileStore(root).getUsableSpace();
    if (free < LITTLE_SPACE) {
      throw new IOException(
          root + " has " + (free >> 20) + " MiB left; set MARLIN_CACHE to a roomier folder");
    }
    return root + ", " + (free >> 30) + " GiB free";
  }

  /** Compiles a small program and runs it. */
  static String compiler(Console console) {
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find("auto", console::say));
    FirmwareImage image =
        builder.build(
            FirmwareRequest.of(
                FirmwareTarget.GAP8, Map.of("network.c", EMPTY_NETWORK), Set.of(), 0, 0));
    byte[] l3 = new byte[L3Image.HEADER_BYTES];
    L3Image.writeHeader(l3, false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RunResult result =
        Simulator.run(
            Program.parse(image.elf(), "doctor"),
            RunOptions.defaults().withL3Image(l3).withMaxCycles(10_000_000).withStdout(out));
    String printed = out.toString(StandardCharsets.UTF_8);
    if (result.exitStatus() != 0 || !printed.startsWith("marlin total cycles ")) {
      throw new IllegalStateException(
          "the test program ended with status "
              + result.exitStatus()
              + " and printed \""
              + printed
              + "\"");
    }
    return builder.toolchainId()
        + ", compiled and simulated a program of "
        + ByteSize.format(image.residentBytes())
        + " bytes in "
        + result.statistics().cycles()
        + " cycles";
  }

  /** Loads OR-Tools and solves a small problem. */
  static String solver() {
    CpModel model = CpSat.model();
    IntVar x = model.newIntVar(0, 9, "x");
    IntVar y = model.newIntVar(0, 9, "y");
    model.addLessOrEqual(LinearExpr.sum(new IntVar[] {x, y}), 7);
    model.maximize(LinearExpr.weightedSum(new IntVar[] {x, y}, new long[] {2, 3}));
    CpSolver solver = new CpSolver();
    solver.getParameters().setNumWorkers(1);
    solver.getParameters().setCatchSigintSignal(false);
    CpSolverStatus status = solver.solve(model);
    if (status != CpSolverStatus.OPTIMAL || solver.objectiveValue() != 21) {
      throw new IllegalStateException(
          "CP-SAT says " + status + " and " + solver.objectiveValue() + ", not OPTIMAL and 21");
    }
    return "CP-SAT solves";
  }

  /** Looks for another toolchain. */
  static String toolchain(String name) throws IOException {
    try {
      return Toolchains.find(name, line -> {}).id();
    } catch (ToolchainException e) {
      throw new IOException(e.summary(), e);
    }
  }

  /** Looks for a GAP SDK with GVSOC. */
  static String gvsoc() throws IOException {
    try {
      GapSdk sdk = GapSdk.find();
      return sdk.version() + " in " + sdk.home();
    } catch (GvsocException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Makes the folder that the user names the SDK of the executor gvsoc in this process. */
  static void useSdk(Console console, @Nullable String folder) {
    if (folder != null) {
      System.setProperty(GapSdk.PROPERTY, console.resolve(folder).toString());
    }
  }
}
