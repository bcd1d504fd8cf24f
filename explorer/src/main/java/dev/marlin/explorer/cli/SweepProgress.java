package dev.marlin.explorer.cli;

import dev.marlin.explorer.engine.SweepListener;
import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.sweep.DesignPoint;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a sweep goes on: a bar on a terminal, lines elsewhere; failures always as a line, even
 * where nothing else is wanted.
 */
final class SweepProgress implements SweepListener, AutoCloseable {
  private static final int MOST_LINES = 100;
  private static final int FALLBACK_WIDTH = 120;

  private final Console console;
  private final boolean terminal;
  private final boolean quiet;
  private final Map<PointStatus, Integer> counts = new EnumMap<>(PointStatus.class);
  private @Nullable ProgressBar bar;
  private @Nullable PointOutcome best;
  private int points;
  private int known;
  private int ended;
  private long start;

  SweepProgress(Console console, boolean terminal, boolean quiet) {
    this.console = console;
    this.terminal = terminal;
    this.quiet = quiet;
  }

  @Override
  public void begun(int all, int alreadyKnown) {
    boolean first = start == 0;
    start = first ? System.nanoTime() : start;
    points = all;
    known = alreadyKnown;
    if (quiet) {
      return;
    }
    if (bar != null) {
      bar.maxHint(all);
      return;
    }
    console.say(
        all
            + (all == 1 ? " point, " : " points, ")
            + known
            + " known already, "
            + (all - known - ended)
            + " to run");
    if (terminal && known + ended < all) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("explore")
              .setInitialMax(all)
              .startsFrom(known + ended, Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setSpeedUnit(java.time.temporal.ChronoUnit.MINUTES)
              .showSpeed()
              .setConsumer(new ConsoleProgressBarConsumer(console.err(), FALLBACK_WIDTH))
              .build();
    }
  }

  @Override
  public void ended(PointOutcome outcome) {
    ended++;
    counts.merge(outcome.status(), 1, Integer::sum);
    better(outcome);
    boolean bad = outcome.status() == PointStatus.FAILED || outcome.status() == PointStatus.WRONG;
    if (bar != null) {
      bar.setExtraMessage(" " + counts()); // the bar sets it right behind the rate
      bar.stepTo(known + ended);
      if (bad) {
        line(describe(outcome));
      }
    } else if (bad || (!quiet && isDue())) {
      console.err().println(describe(outcome));
    }
  }

  private boolean isDue() {
    return ended % Math.max(1, points / MOST_LINES) == 0 || known + ended == points;
  }

  @Override
  public void retried(DesignPoint point, String reason) {
    String text = "explore: starting again: " + point.label() + ": " + reason;
    if (bar != null) {
      line(text);
    } else {
      console.err().println(text);
    }
  }

  private void line(String text) {
    if (bar != null) {
      bar.pause();
      console.err().println();
      console.err().println(text);
      bar.resume();
    }
  }

  private void better(PointOutcome outcome) {
    if (outcome.status() == PointStatus.CORRECT
        && (best == null || efficiency(outcome) > efficiency(best))) {
      best = outcome;
    }
  }

  private static double efficiency(PointOutcome outcome) {
    return outcome.run() == null ? 0 : outcome.run().macPerCycle();
  }

  /** What the points have come to, and the best of them: its network, since a line is short. */
  private String counts() {
    StringBuilder text = new StringBuilder();
    text.append(counts.getOrDefault(PointStatus.CORRECT, 0)).append(" correct");
    add(text, counts.getOrDefault(PointStatus.INFEASIBLE, 0), "infeasible");
    add(text, counts.getOrDefault(PointStatus.WRONG, 0), "wrong");
    add(text, counts.getOrDefault(PointStatus.FAILED, 0), "failed");
    add(text, known, "known");
    if (best != null) {
      text.append(
          String.format(
              Locale.ROOT,
              ", best %.2f MAC/cycle (%s)",
              efficiency(best),
              best.point().model().name()));
    }
    return text.toString();
  }

  private static void add(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(", ").append(count).append(' ').append(what);
    }
  }

  private String describe(PointOutcome outcome) {
    String head =
        "[" + (known + ended) + "/" + points + left() + "] " + outcome.point().label() + ": ";
    Failure failure = outcome.failure();
    RunReport run = outcome.run();
    if (failure != null || run == null) {
      return head
          + (failure == null ? "" : failure.kind() + ": " + failure.message())
              .replaceAll("\\s*\\R\\s*", " ");
    }
    return head
        + String.format(Locale.ROOT, "%,d cycles, %.2f MAC/cycle", run.cycles(), run.macPerCycle());
  }

  /** How long the rest takes if it goes on so; nothing while that is a guess. */
  private String left() {
    int toRun = points - known - ended;
    double seconds = (System.nanoTime() - start) * 1e-9;
    return toRun > 0 && seconds > 10 ? ", " + duration(seconds / ended * toRun) + " left" : "";
  }

  /** Seconds, minutes or hours, as a person says them. */
  static String duration(double seconds) {
    if (seconds < 90) {
      return Math.round(seconds) + " s";
    }
    return seconds < 5400
        ? Math.round(seconds / 60) + " min"
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
