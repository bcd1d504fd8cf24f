package dev.marlin.explorer.cli;

import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.reference.GoldenSet;
import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.Execution;
import dev.marlin.explorer.execution.ExecutionException;
import dev.marlin.explorer.execution.Executor;
import dev.marlin.explorer.execution.Executors;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.ModelLoader;
import dev.marlin.explorer.execution.PointExecution;
import dev.marlin.explorer.execution.PreparedModel;
import dev.marlin.explorer.execution.RunJson;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.sweep.Frequency;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deploys one network, runs it and checks every layer. */
@Command(
    name = "run",
    header = "Deploys a network, runs it and checks every layer.",
    description =
        "MODEL is an ONNX file or a model of the zoo. Every output element of every layer is"
            + " compared with the recorded activations (--golden) or with the reference"
            + " interpreter; the exit status is 1 if one differs.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "ONNX file or name of a model of the zoo")
  private String model = "";

  @Mixin private DeployOptions deploy = new DeployOptions();

  @Option(
      names = "--executor",
      paramLabel = "NAME",
      defaultValue = "embedded",
      description = "embedded or gvsoc (default: ${DEFAULT-VALUE})")
  private String executor = "";

  @Option(
      names = "--gvsoc",
      paramLabel = "DIR",
      description = "GAP SDK of the executor gvsoc (default: $GAP_SDK_HOME)")
  private @Nullable String gvsoc;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "the network's input, one value a line, HWC (default: seeded random values)")
  private @Nullable String input;

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description = "check against input.txt and out_layer<i>.txt of this folder")
  private @Nullable String golden;

  @Option(
      names = "--golden-set",
      paramLabel = "N",
      description =
          "of a folder with several sets, input_<n>.txt and out_<n>_layer<i>.txt: the one to check"
              + " against (default: the first)")
  private @Nullable Integer goldenSet;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write the result as JSON; - for stdout, and nothing else there")
  private @Nullable String json;

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (goldenSet != null && golden == null) {
      throw CommandException.usage("--golden-set names a set of the folder --golden; add it");
    }
    if (input != null && golden != null) {
      throw CommandException.usage("--golden has its own input; leave --input out");
    }
    DeployOptions.known("--executor", executor, Executors.NAMES);
    DoctorChecks.useSdk(console, gvsoc);
    Executor runner = Executors.named(executor);
    PointOptions options = deploy.toPointOptions().withExecutor(executor);
    ModelRef reference = Catalogue.model(console, model);
    PreparedModel prepared = prepare(ModelLoader.load(reference), options);
    prepared.remarks().forEach(console::say);
    FirmwareBuilder builder =
        new FirmwareBuilder(Toolchains.find(options.toolchain(), console::say));
    Build build = PointExecution.build(prepared.network(), options, builder);
    RunReport report =
        PointExecution.report(
            reference.name(), executor, options, build, execute(runner, build, prepared));
    write(report, build.deployment().tilingSeconds());
    if (!report.correct()) {
      console.say(
          "wrong result: " + report.mismatches() + " elements differ; " + report.firstMismatch());
    }
    return report.correct() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static Execution execute(Executor runner, Build build, PreparedModel prepared) {
    try {
      return runner.execute(
          build,
          build.deployment().application().l3Image(prepared.inputBytes(), runner.programReport()),
          prepared.expected());
    } catch (ExecutionException e) {
      String printed = e.output().isBlank() ? "" : "; it had printed: " + e.output().strip();
      throw new CommandException(ExitStatus.FAILED, e.kind() + ": " + e.getMessage() + printed, e);
    }
  }

  private GoldenSet goldenSet(Path folder) {
    List<GoldenSet> sets = GoldenSet.in(folder);
    if (goldenSet == null) {
      return sets.get(0);
    }
    return sets.stream()
        .filter(set -> set.number().equals(String.valueOf(goldenSet)))
        .findFirst()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "--golden-set: "
                        + new GoldenSet(folder, String.valueOf(goldenSet)).input()
                        + " is missing; the folder has "
                        + sets.stream()
                            .map(set -> String.valueOf(set.input().getFileName()))
                            .collect(Collectors.joining(", "))));
  }

  private PreparedModel prepare(Network network, PointOptions options) {
    var mode = PointExecution.requantization(options);
    if (golden != null) {
      return PreparedModel.ofGolden(network, mode, goldenSet(console.resolve(golden)));
    }
    return input == null
        ? PreparedModel.of(network, mode)
        : PreparedModel.ofInput(network, mode, console.resolve(input));
  }

  private void write(RunReport report, double tilingSeconds) throws IOException {
    if (json != null) {
      byte[] bytes = RunJson.write(report, tilingSeconds);
      if (json.equals("-")) {
        console.out().write(bytes);
        return;
      }
      Path file = console.resolve(json);
      Files.write(file, bytes);
    }
    console.out().print(table(report));
    console.out().print(total(report));
  }

  private static TextTable table(RunReport report) {
    TextTable table =
        new TextTable(
            "#",
            "layer",
            "type",
            "tile",
            "tiles",
            "L1 bytes",
            "L3 bytes",
            "cycles",
            "MAC/cycle",
            "output");
    for (LayerReport layer : report.layers()) {
      table.row(
          layer.index(),
          layer.name(),
          layer.type(),
          layer.tile(),
          layer.tiles(),
          grouped(layer.l1Bytes()),
          grouped(layer.l3Bytes()),
          grouped(layer.cycles()),
          layer.macs() == 0 ? "" : String.format(Locale.ROOT, "%.2f", layer.macPerCycle()),
          layer.correct() ? "correct" : layer.mismatches() + " wrong");
    }
    return table;
  }

  private static String total(RunReport report) {
    return String.format(
        Locale.ROOT,
        "%n%s: %,d cycles, %,d MAC, %.2f MAC/cycle, %.2f ms at %s%s, %s%n",
        report.model(),
        report.cycles(),
        report.macs(),
        report.macPerCycle(),
        report.milliseconds(),
        Frequency.format(report.clockHertz()),
        report.millijoules().isPresent()
            ? String.format(Locale.ROOT, ", %.3f mJ", report.millijoules().getAsDouble())
            : "",
        report.correct() ? "every layer correct" : report.mismatches() + " elements wrong");
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
