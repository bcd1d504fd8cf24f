package dev.marlin.explorer.cli;

import dev.marlin.deployer.codegen.Application;
import dev.marlin.deployer.codegen.ProgramReport;
import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.BuildFolder;
import dev.marlin.explorer.execution.ModelLoader;
import dev.marlin.explorer.execution.PointExecution;
import dev.marlin.explorer.execution.PreparedModel;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the application of a network. */
@Command(
    name = "deploy",
    header = "Writes the application of a network: sources, ELF and L3 image.",
    description =
        "explore simulate APP/program.elf --l3 APP/l3.bin runs it, with the --l1, --l2 and --cores"
            + " that it was deployed for.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class DeployCommand implements Callable<Integer> {
  private static final String CYCLES = "cycles";
  private static final String CHECKS = "checks";
  private static final String SILENT = "silent";
  private static final List<String> REPORTS = List.of(CYCLES, CHECKS, SILENT);

  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "ONNX file or name of a model of the zoo")
  private String model = "";

  @Option(
      names = "--out",
      paramLabel = "APP",
      required = true,
      description = "folder of the application; made if it is missing")
  private String out = "";

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write the plan as JSON; - for stdout, and nothing else there")
  private @Nullable String json;

  @Option(
      names = "--report",
      paramLabel = "WHAT",
      description =
          "what the program prints: cycles of every layer; checks, whether every output is right, too,"
              + " for which it runs twice and ends with status 97 if one is wrong; or silent"
              + " (default: cycles)")
  private String report = CYCLES;

  @Mixin private DeployOptions deploy = new DeployOptions();

  DeployCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    PointOptions options = deploy.toPointOptions();
    DeployOptions.known("--report", report, REPORTS);
    Path folder = console.resolve(out);
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw CommandException.usage("--out: " + out + " exists, but is no folder");
    }
    ModelRef reference = Catalogue.model(console, model);
    PreparedModel prepared =
        PreparedModel.of(ModelLoader.load(reference), PointExecution.requantization(options));
    FirmwareBuilder builder =
        new FirmwareBuilder(Toolchains.find(options.toolchain(), console::say));
    Build build = PointExecution.build(prepared.network(), options, builder);
    byte[] image = image(build.deployment().application(), prepared);
    BuildFolder.write(build, image, folder);
    if (json != null) {
      byte[] plan = DeployJson.write(reference.name(), build.deployment());
      if (json.equals("-")) {
        console.out().write(plan);
        return ExitStatus.OK;
      }
      Files.write(console.resolve(json), plan);
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s: %d layers, %,d bytes of L1, %,d of L2 with code, %,d of L3 image, tiled in %.2f s%n",
            folder,
            build.deployment().layers().size(),
            build.deployment().application().l1Bytes(),
            build.deployment().application().l2Bytes() + build.firmware().residentBytes(),
            image.length,
            build.deployment().tilingSeconds());
    return ExitStatus.OK;
  }

  private byte[] image(Application application, PreparedModel prepared) {
    return switch (report) {
      case SILENT -> application.l3Image(prepared.inputBytes(), ProgramReport.SILENT);
      case CHECKS ->
          application.l3Image(
              prepared.inputBytes(), ProgramReport.CYCLES, prepared.expectedBytes());
      default -> application.l3Image(prepared.inputBytes(), ProgramReport.CYCLES);
    };
  }
}
