package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.ExecutionException;
import dev.marlin.explorer.execution.Executor;
import dev.marlin.explorer.execution.gvsoc.GapSdk;
import dev.marlin.explorer.execution.gvsoc.GvsocExecutor;
import dev.marlin.explorer.sweep.ByteSize;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.validation.BoardRun;
import dev.marlin.explorer.validation.LayerPair;
import dev.marlin.explorer.validation.ProgramPair;
import dev.marlin.explorer.validation.RecordedPrograms;
import dev.marlin.explorer.validation.Recording;
import dev.marlin.explorer.validation.Validation;
import dev.marlin.explorer.validation.Validator;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import dev.marlin.reports.ValidationWriter;
import dev.marlin.reports.figures.Drawing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how far the embedded simulator is from GVSOC. */
@Command(
    name = "validate",
    header = "Compares the embedded simulator with GVSOC, layer by layer.",
    description =
        "WHAT is a network (ONNX file or model of the zoo) or a folder of programs with GVSOC's"
            + " output (NAME.elf, NAME.out). Without it, all networks that GVSOC was recorded with."
            + " GVSOC runs live where it is installed; otherwise what it has measured before counts."
            + " Below stands how far GVSOC itself is from boards."
            + " The exit status is 1 if a network differs by more than 2 %% end to end or a layer by"
            + " more than 5 %%.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class ValidateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..*", paramLabel = "WHAT", description = "networks, or one folder")
  private List<String> what = new ArrayList<>();

  @Mixin private DeployOptions deploy = new DeployOptions();

  @Option(
      names = "--gvsoc",
      paramLabel = "DIR",
      description = "GAP SDK whose GVSOC runs (default: $GAP_SDK_HOME)")
  private @Nullable String gvsoc;

  @Option(names = "--recorded", description = "do not run GVSOC, even if it is installed")
  private boolean recorded;

  @Option(
      names = "--record",
      paramLabel = "FILE.csv",
      description = "write what GVSOC measured into this file, beside what it holds of others")
  private @Nullable String record;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "also draw the differences there: validation.svg, validation-difference.svg, with -dark"
              + " for dark pages, and .png")
  private @Nullable String out;

  ValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (what.size() == 1 && RecordedPrograms.isFolder(console.resolve(what.get(0)))) {
      if (out != null) {
        throw CommandException.usage("--out draws networks, not a folder of programs");
      }
      return programs(console.resolve(what.get(0)));
    }
    DoctorChecks.useSdk(console, gvsoc);
    Optional<Executor> live = recorded ? Optional.empty() : installed();
    if (record != null && live.isEmpty()) {
      throw CommandException.usage("--record: GVSOC is not installed; name a GAP SDK with --gvsoc");
    }
    Recording recording = Recording.shipped();
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find("auto", console::say));
    Validator validator = new Validator(builder, live, recording);
    List<ProgramPair> pairs = new ArrayList<>();
    if (what.isEmpty()) {
      for (ProgramPair known : recording.programs()) {
        // Networks that are files elsewhere cannot be built here: what was measured counts.
        pairs.add(
            Catalogue.isZoo(known.model())
                ? compare(validator, ModelRef.zoo(known.model()), options(known))
                : known);
      }
    }
    for (String name : what) {
      pairs.add(compare(validator, Catalogue.model(console, name), deploy.toPointOptions()));
    }
    Validation validation = new Validation(pairs);
    print(validation, recording, live);
    if (out != null) {
      draw(console.resolve(out), pairs);
    }
    if (record != null) {
      write(console.resolve(record), pairs, live.orElseThrow());
    }
    return validation.isGood() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** An SDK that the user names must be whole; one that is not there is not needed. */
  private Optional<Executor> installed() {
    if (gvsoc == null && System.getenv(GapSdk.VARIABLE) == null) {
      return Optional.empty();
    }
    return Optional.of(new GvsocExecutor(GapSdk.find()));
  }

  private static PointOptions options(ProgramPair known) {
    return PointOptions.defaults()
        .withL1Bytes(known.l1Bytes())
        .withL2Bytes(known.l2Bytes())
        .withCores(known.cores())
        .withTiling(known.tiling());
  }

  private ProgramPair compare(Validator validator, ModelRef model, PointOptions options) {
    try {
      return validator.compare(model, options);
    } catch (ExecutionException e) {
      throw new CommandException(
          ExitStatus.FAILED, model.name() + ": " + e.kind() + ": " + e.getMessage(), e);
    }
  }

  private void print(Validation validation, Recording recording, Optional<Executor> live) {
    TextTable table =
        new TextTable(
            "network",
            "L1",
            "L2",
            "cores",
            "tiling",
            "embedded",
            "GVSOC",
            "error",
            "worst layer",
            "its error",
            "GVSOC's cycles");
    for (ProgramPair pair : validation.programs()) {
      LayerPair worst = pair.worst();
      table.row(
          pair.model(),
          ByteSize.format(pair.l1Bytes()),
          ByteSize.format(pair.l2Bytes()),
          pair.cores(),
          pair.tiling(),
          String.format(Locale.ROOT, "%,d", pair.embedded()),
          String.format(Locale.ROOT, "%,d", pair.gvsoc()),
          percent(pair.error()),
          worst.index() + " " + worst.name(),
          percent(worst.error()),
          pair.origin().text());
    }
    console.out().print(table);
    console
        .out()
        .printf(
            Locale.ROOT,
            "%n%d programs, %d layers, %d of them equal; end to end at most %s; layers: median %s,"
                + " 95 of 100 within %s, worst %s%n",
            validation.programs().size(),
            validation.layers().size(),
            validation.exactLayers(),
            percent(validation.worstTotal()),
            percent(validation.layerQuantile(0.5)),
            percent(validation.layerQuantile(0.95)),
            percent(validation.layerQuantile(1)));
    printBoards();
    if (live.isPresent()) {
      console.out().println(live.get().version());
    } else {
      recording.remarks().forEach(console.out()::println);
    }
  }

  /** How far GVSOC is from boards: programs of DORY, since no others were published. */
  private void printBoards() {
    TextTable table =
        new TextTable(
            "DORY's program",
            "cores",
            "board",
            "GVSOC",
            "difference",
            "parts",
            "median",
            "worst",
            "its difference");
    for (BoardRun run : BoardRun.shipped()) {
      BoardRun.Part total = run.total();
      table.row(
          run.program(),
          run.cores(),
          String.format(Locale.ROOT, "%,d", total.board()),
          String.format(Locale.ROOT, "%,d", total.gvsoc()),
          percent(total.error()),
          run.parts().size(),
          percent(run.medianError()),
          run.worst().name(),
          percent(run.worst().error()));
    }
    console.out().println();
    console.out().print(table);
  }

  private static String percent(double part) {
    return String.format(Locale.ROOT, "%.3f%%", 100 * part);
  }

  private void write(Path file, List<ProgramPair> pairs, Executor executor) throws IOException {
    Recording before =
        Files.exists(file)
            ? Recording.parse(Files.readString(file), file.getFileName().toString())
            : new Recording(List.of(), List.of());
    List<String> remarks =
        List.of(
            "Cycles of the same programs in the embedded simulator and in GVSOC (gap_sdk a230265, GAP8 rev C).",
            "Made by: explore validate NETWORK... --gvsoc DIR --record FILE. Last on "
                + LocalDate.now(ZoneOffset.UTC)
                + " with "
                + executor.version()
                + " and Marlin "
                + Version.text()
                + ".");
    before.with(remarks, pairs).write(file);
    console.say("recorded " + pairs.size() + " programs in " + file);
  }

  private void draw(Path folder, List<ProgramPair> pairs) {
    for (Drawing drawing : new ValidationWriter().write(SecondOpinions.of(pairs), folder)) {
      console.say(
          "wrote " + folder.resolve(drawing.file() + ".svg") + " and .png: " + drawing.caption());
    }
  }

  private int programs(Path folder) throws IOException {
    TextTable table =
        new TextTable(
            "kind",
            "cycle lines",
            "equal",
            "within 1 %",
            "off by > 10 %",
            "error of the sum",
            "wrong values");
    boolean good = true;
    for (Map.Entry<String, RecordedPrograms.Kind> entry :
        RecordedPrograms.compare(folder).entrySet()) {
      RecordedPrograms.Kind kind = entry.getValue();
      double error = kind.gvsoc() == 0 ? 0 : (double) kind.embedded() / kind.gvsoc() - 1;
      good &= kind.wrongValues() == 0 && kind.far() == 0 && Math.abs(error) <= 0.005;
      table.row(
          entry.getKey(),
          kind.lines(),
          kind.exact(),
          kind.close(),
          kind.far(),
          percent(error),
          kind.wrongValues());
    }
    console.out().print(table);
    return good ? ExitStatus.OK : ExitStatus.FAILED;
  }
}
