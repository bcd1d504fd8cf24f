package dev.marlin.explorer.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes reports again, for example after an update of Marlin. */
@Command(
    name = "report",
    header = "Writes the report of sweeps from their results.",
    description = "Prints the page to open, one line a folder.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "1..*", paramLabel = "RESULTS_DIR", description = "results of a sweep")
  private List<String> folders = new ArrayList<>();

  ReportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    for (String folder : folders) {
      console.out().println(Reports.write(console.resolve(folder)));
    }
    return ExitStatus.OK;
  }
}
