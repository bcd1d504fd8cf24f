package dev.marlin.explorer.cli;

import dev.marlin.reports.ComparisonWriter;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Comparison;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts two sweeps side by side, matched point by point. */
@Command(
    name = "compare",
    header = "Compares two sweeps point by point.",
    description =
        "Points match when network and options are equal, whatever version of Marlin ran them. The"
            + " exit status is 1 if a point that was correct in the first is wrong, failed or"
            + " infeasible in the second, or, with --threshold, if a point got slower by more than"
            + " that.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "results of a sweep")
  private String before = "";

  @Parameters(index = "1", paramLabel = "AFTER", description = "results of a sweep")
  private String after = "";

  @Option(
      names = "--threshold",
      paramLabel = "PERCENT",
      description = "fail if a point got slower by more than PERCENT")
  private @Nullable Double threshold;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "also write compare.html, compare.csv, compare.md and compare.tex there")
  private @Nullable String out;

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    double percent = threshold == null ? 0 : threshold;
    if (!(percent >= 0) || Double.isInfinite(percent)) {
      throw CommandException.usage("--threshold is " + percent + ", but must be 0 or more percent");
    }
    Comparison comparison =
        Comparison.of(
            Reports.results(console.resolve(before)),
            Reports.results(console.resolve(after)),
            percent / 100);
    if (comparison.pairs().isEmpty()) {
      throw CommandException.usage(
          before + " and " + after + " have no point in common: network and options must be equal");
    }
    TextTable table = new TextTable("point", "cycles before", "cycles after", "speed-up");
    for (Comparison.Pair pair : comparison.pairs()) {
      table.row(
          pair.before().model() + ", " + pair.before().configuration(),
          cycles(pair.before()),
          cycles(pair.after()),
          pair.isComparable() ? String.format(Locale.ROOT, "%.3fx", pair.speedUp()) : "");
    }
    console.out().print(table);
    console
        .out()
        .printf(
            Locale.ROOT,
            "%n%d points in both, %d only before, %d only after; %d faster, %d slower; %s%n",
            comparison.pairs().size(),
            comparison.onlyBefore(),
            comparison.onlyAfter(),
            comparison.faster().size(),
            comparison.slower().size(),
            mean(comparison));
    if (out != null) {
      console.say(
          "wrote " + new ComparisonWriter().write(comparison, before, after, console.resolve(out)));
    }
    if (!comparison.broken().isEmpty()) {
      console.say(comparison.broken().size() + " points that were correct before are not any more");
    }
    boolean slower = threshold != null && !comparison.slower().isEmpty();
    if (slower) {
      console.say(
          comparison.slower().size()
              + " points got slower by more than "
              + Units.decimal(percent, 2)
              + " %");
    }
    return comparison.broken().isEmpty() && !slower ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private static String mean(Comparison comparison) {
    long compared = comparison.pairs().stream().filter(Comparison.Pair::isComparable).count();
    return compared == 0
        ? "none is correct in both"
        : String.format(
            Locale.ROOT,
            "geometric mean of the speed-up of %d points correct in both: %.3fx",
            compared,
            comparison.meanSpeedUp());
  }

  private static String cycles(ResultRow row) {
    return row.isCorrect() ? Units.count(row.cycles()) : row.outcome().words();
  }
}
