package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.store.StoredSweep;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts two sweeps side by side, matched point by point. */
@Command(
    name = "compare",
    header = "Compares two sweeps point by point.",
    description =
        "Points match when network and options are equal, whatever version of Marlin ran them. The"
            + " exit status is 1 if a point that was correct in the first is wrong, failed or"
            + " infeasible in the second.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "results of a sweep")
  private String before = "";

  @Parameters(index = "1", paramLabel = "AFTER", description = "results of a sweep")
  private String after = "";

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Map<String, PointOutcome> first = outcomes(before);
    Map<String, PointOutcome> second = outcomes(after);
    TextTable table = new TextTable("point", "cycles before", "cycles after", "speed-up");
    int matched = 0;
    int compared = 0;
    int broken = 0;
    double logarithms = 0;
    for (Map.Entry<String, PointOutcome> entry : first.entrySet()) {
      PointOutcome old = entry.getValue();
      PointOutcome now = second.get(entry.getKey());
      if (now == null) {
        continue;
      }
      matched++;
      RunReport oldRun = correct(old);
      RunReport newRun = correct(now);
      broken += oldRun != null && newRun == null ? 1 : 0;
      String speedUp = "";
      if (oldRun != null && newRun != null) {
        double ratio = (double) oldRun.cycles() / newRun.cycles();
        speedUp = String.format(Locale.ROOT, "%.3fx", ratio);
        logarithms += Math.log(ratio);
        compared++;
      }
      table.row(old.point().label(), cycles(old, oldRun), cycles(now, newRun), speedUp);
    }
    if (matched == 0) {
      throw CommandException.usage(
          before + " and " + after + " have no point in common: network and options must be equal");
    }
    console.out().print(table);
    console
        .out()
        .printf(
            Locale.ROOT,
            "%n%d points in both, %d only before, %d only after; %s%n",
            matched,
            first.size() - matched,
            second.size() - matched,
            compared == 0
                ? "none is correct in both"
                : String.format(
                    Locale.ROOT,
                    "geometric mean of the speed-up of %d points correct in both: %.3fx",
                    compared,
                    Math.exp(logarithms / compared)));
    if (broken > 0) {
      console.say(broken + " points that were correct before are not any more");
    }
    return broken == 0 ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private Map<String, PointOutcome> outcomes(String folder) {
    StoredSweep sweep;
    try (ResultStore store = ResultStore.openToRead(console.resolve(folder))) {
      sweep = store.latest();
    }
    Map<String, PointOutcome> outcomes = new LinkedHashMap<>();
    // Without a version the key says what was asked, not who answered.
    sweep.outcomes().forEach(outcome -> outcomes.putIfAbsent(outcome.point().key(""), outcome));
    return outcomes;
  }

  private static @Nullable RunReport correct(PointOutcome outcome) {
    return outcome.status() == PointStatus.CORRECT ? outcome.run() : null;
  }

  private static String cycles(PointOutcome outcome, @Nullable RunReport run) {
    return run == null
        ? outcome.status().name().toLowerCase(Locale.ROOT)
        : String.format(Locale.ROOT, "%,d", Objects.requireNonNull(run).cycles());
  }
}
