package dev.marlin.explorer.cli;

import dev.marlin.explorer.engine.SweepSummary;
import dev.marlin.explorer.execution.Effort;
import dev.marlin.explorer.execution.PointStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a sweep came to, in a few lines for people. */
final class SummaryText {
  private SummaryText() {}

  static List<String> lines(SweepSummary summary) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s%d points: %d correct, %d infeasible, %d wrong, %d failed in %.1f s",
            summary.stopped() ? "stopped at a failure; " : "",
            summary.points(),
            summary.count(PointStatus.CORRECT),
            summary.count(PointStatus.INFEASIBLE),
            summary.count(PointStatus.WRONG),
            summary.count(PointStatus.FAILED),
            summary.hostSeconds()));
    lines.add(
        String.format(
            Locale.ROOT,
            "%d known before, %d from the cache, %d shared an execution: %s of work saved%s",
            summary.known(),
            summary.cached(),
            summary.reused(),
            SweepProgress.duration(summary.savedSeconds()),
            summary.retried() == 0
                ? ""
                : "; "
                    + summary.retried()
                    + " lost attempts were made again (table retries says which and why)"));
    if (summary.ran() > 0) {
      lines.addAll(cost(summary));
    }
    return lines;
  }

  private static List<String> cost(SweepSummary summary) {
    Effort effort = summary.effort();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "layer tilings: %,d solved, %,d taken from other points",
            effort.tilings(),
            effort.sharedTilings()));
    if (summary.runSeconds() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%.1f s x %d at a time for %.1f s of executions: overhead %.1f %% (tiling %.1f s,"
                  + " compiling %.1f s, networks %.1f s, other work in points %.1f s, Spark and waiting"
                  + " %.1f s)",
              summary.hostSeconds(),
              summary.slots(),
              summary.runSeconds(),
              100 * summary.overhead(),
              effort.tileSeconds(),
              effort.compileSeconds(),
              effort.prepareSeconds(),
              summary.otherSeconds(),
              summary.slots() * summary.hostSeconds() - summary.pointSeconds()));
    }
    return lines;
  }
}
