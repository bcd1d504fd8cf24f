package dev.marlin.explorer.cli;

import dev.marlin.explorer.sweep.Nearest;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The top of the command line. Without a sub-command it runs a sweep. */
@Command(
    name = "explore",
    header = "Explores how quantized neural networks run on GAP8.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = {
      "explore SWEEP.yaml [OPTIONS]     runs a sweep and writes its report",
      "       explore COMMAND [OPTIONS]        explore COMMAND --help shows its options"
    },
    optionListHeading = "%nOptions of a sweep:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Sizes take KiB, MiB or plain bytes. Results go to stdout, messages to stderr.",
      "Exit status: 0 done; 1 ran, but a check or a point failed; 2 wrong command line",
      "or input file; 3 the network cannot fit."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    subcommands = {
      RunCommand.class,
      DeployCommand.class,
      SimulateCommand.class,
      ReportCommand.class,
      QueryCommand.class,
      CompareCommand.class,
      ModelCommand.class,
      KernelsCommand.class,
      CalibrateCommand.class,
      ValidateCommand.class,
      DoctorCommand.class
    })
final class ExploreCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "SWEEP.yaml", description = "the sweep to run")
  private @Nullable String sweep;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where results live (default: reports/out/NAME); goes on with what is there")
  private @Nullable String out;

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[*]",
      description = "Spark master (default: ${DEFAULT-VALUE})")
  private String master = "";

  @Option(
      names = "--executor",
      paramLabel = "NAME",
      description = "embedded or gvsoc; overrides the sweep's")
  private @Nullable String executor;

  @Option(
      names = "--gvsoc",
      paramLabel = "DIR",
      description = "GAP SDK of the executor gvsoc (default: $GAP_SDK_HOME)")
  private @Nullable String gvsoc;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "results that sweeps share (default: ~/.cache/marlin, or $MARLIN_CACHE)")
  private @Nullable String cache;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write what the sweep came to and where its time went; - for stdout")
  private @Nullable String json;

  @Option(
      names = "--dry-run",
      description = "list the points, what is known, how long the rest takes; run none")
  private boolean dryRun;

  @Option(names = "--fresh", description = "run every point again, whatever is known already")
  private boolean fresh;

  @Option(
      names = "--keep-builds",
      description = "keep the application of every point, not only of failed ones")
  private boolean keepBuilds;

  @Option(
      names = "--disk-budget",
      paramLabel = "SIZE",
      defaultValue = "4GiB",
      converter = LargeSizeConverter.class,
      description = "most bytes of kept applications (default: ${DEFAULT-VALUE})")
  private long diskBudget;

  @Option(
      names = {"-q", "--quiet"},
      description = "say nothing but what went wrong, and where the report is")
  private boolean quiet;

  @Option(names = "--fail-fast", description = "stop at the first point that fails")
  private boolean failFast;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "print stack traces with errors, and what a sweep spends its time on")
  private boolean debug;

  ExploreCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (sweep == null) {
      throw CommandException.usage("name a sweep or a command; explore --help shows both");
    }
    Set<String> commands = spec.subcommands().keySet();
    boolean looksLikeCommand = !sweep.contains(".") && !sweep.contains("/");
    if (looksLikeCommand && !java.nio.file.Files.exists(console.resolve(sweep))) {
      throw CommandException.usage(
          "there is no command or sweep \""
              + sweep
              + "\""
              + Nearest.hint(sweep, List.copyOf(commands)));
    }
    DoctorChecks.useSdk(console, gvsoc);
    SweepOptions options =
        new SweepOptions(
            sweep,
            out,
            master,
            executor,
            cache,
            json,
            dryRun,
            fresh,
            keepBuilds,
            diskBudget,
            failFast,
            quiet,
            debug);
    return new SweepRun(console, options).call();
  }
}
