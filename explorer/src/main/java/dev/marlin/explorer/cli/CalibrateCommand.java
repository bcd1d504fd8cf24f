package dev.marlin.explorer.cli;

import dev.marlin.deployer.tiling.Calibration;
import dev.marlin.deployer.tiling.Calibration.Sample;
import dev.marlin.deployer.tiling.CostConstants;
import dev.marlin.explorer.calibration.CalibrationRuns;
import dev.marlin.explorer.execution.CodeVersion;
import dev.marlin.explorer.sweep.Nearest;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Holds the cost model against simulated cycles, and fits its constants. */
@Command(
    name = "calibrate",
    header = "Holds the tiling's cost model against simulated cycles, and fits its constants.",
    description =
        "Runs networks, compares predicted and simulated cycles of every layer, and with --out"
            + " writes the constants that predict them best: to be"
            + " deployer/src/main/resources/dev/marlin/deployer/tiling/cycles.properties.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class CalibrateCommand implements Callable<Integer> {
  private static final double PERCENT = 100;

  private final Console console;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "fit the constants and write them (default: compare only)")
  private @Nullable String out;

  @Option(
      names = "--models",
      split = ",",
      paramLabel = "MODEL",
      description = "what to run instead of the usual networks: zoo models or ONNX files")
  private List<String> models = List.of();

  @Option(
      names = "--policies",
      split = ",",
      paramLabel = "POLICY",
      description = "how to tile (default: cycles to compare, dory-gvsoc too to fit)")
  private List<String> policies = List.of();

  @Option(
      names = "--worst",
      paramLabel = "N",
      defaultValue = "10",
      description = "how many of the worst layers to show (default: ${DEFAULT-VALUE})")
  private int worst;

  @Option(
      names = "--fit",
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "fit only the constants whose names begin so, as depthwise_3x3. (default: all)")
  private String fit = "";

  CalibrateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    checkFit();
    PointOptions options = PointOptions.defaults();
    FirmwareBuilder builder =
        new FirmwareBuilder(Toolchains.find(options.toolchain(), console::say));
    List<String> tilings =
        !policies.isEmpty() ? policies : out == null ? List.of("cycles") : CalibrationRuns.POLICIES;
    for (String tiling : tilings) {
      DeployOptions.known("--policies", tiling, CalibrationRuns.policies());
    }
    List<Sample> samples =
        new CalibrationRuns(builder, console::say)
            .run(
                models.isEmpty() ? CalibrationRuns.NETWORKS : models,
                tilings,
                options,
                models.isEmpty() && out != null);
    CostConstants constants = CostConstants.shipped();
    report("shipped constants", samples, constants);
    if (out != null) {
      constants = Calibration.fit(samples, constants, fit);
      report("fitted constants", samples, constants);
      Files.writeString(console.resolve(out), text(constants, samples.size()));
    }
    table(samples, constants);
    return ExitStatus.OK;
  }

  /** Refuses a prefix that would change nothing, before minutes go into the runs. */
  private void checkFit() {
    if (fit.isEmpty()) {
      return;
    }
    if (out == null) {
      throw CommandException.usage("--fit fits constants to be written: give --out FILE, too");
    }
    Set<String> names = CostConstants.shipped().values().keySet();
    if (names.stream().noneMatch(name -> name.startsWith(fit))) {
      List<String> kernels =
          names.stream().map(n -> n.substring(0, n.indexOf('.') + 1)).distinct().sorted().toList();
      throw CommandException.usage(
          "--fit: no constant's name begins with \"" + fit + "\"" + Nearest.hint(fit, kernels));
    }
  }

  private void report(String title, List<Sample> samples, CostConstants constants) {
    console
        .out()
        .printf(
            Locale.ROOT,
            "%s: %d layers, error of predicted cycles: median %.1f %%, 90 of 100 below %.1f %%,"
                + " worst %.1f %%%n",
            title,
            samples.size(),
            PERCENT * Calibration.quantile(samples, constants, 0.5),
            PERCENT * Calibration.quantile(samples, constants, 0.9),
            PERCENT * Calibration.quantile(samples, constants, 1));
  }

  private void table(List<Sample> samples, CostConstants constants) {
    TextTable table =
        new TextTable(
            "network",
            "layer",
            "kernel",
            "tile",
            "tiles",
            "cycles",
            "predicted",
            "for L3",
            "error");
    for (Sample sample :
        Calibration.worst(samples, constants).subList(0, Math.min(worst, samples.size()))) {
      table.row(
          sample.network(),
          sample.plan().layer().name(),
          sample.layer().kernel().function(),
          sample.plan().tile(),
          String.valueOf(sample.plan().tiles()),
          String.format(Locale.ROOT, "%,d", sample.cycles()),
          String.format(Locale.ROOT, "%,.0f", sample.cycles() * (1 + sample.error(constants))),
          String.format(Locale.ROOT, "%,.0f", sample.waits(constants)),
          String.format(Locale.ROOT, "%+.1f %%", PERCENT * sample.error(constants)));
    }
    console.out().print(table);
    console.out().flush();
  }

  private static String text(CostConstants constants, int layers) {
    StringBuilder text = new StringBuilder(4096);
    text.append(
        String.format(
            Locale.ROOT,
            "# Constants of the tiling's cost model, in cycles; docs/tiling.md says what they mean.%n"
                + "# Made by ./explore calibrate --out on %s, from %d layers in the embedded simulator of%n"
                + "# marlin %s, code %s.%n",
            LocalDate.now(java.time.ZoneOffset.UTC),
            layers,
            Version.text(),
            CodeVersion.current()));
    constants
        .sorted()
        .forEach(
            (name, value) -> text.append(String.format(Locale.ROOT, "%s = %.2f%n", name, value)));
    return text.toString();
  }
}
