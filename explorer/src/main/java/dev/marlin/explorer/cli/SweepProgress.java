package dev.marlin.explorer.cli;

import dev.marlin.explorer.engine.SweepListener;
import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.RunReport;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how a sweep goes on: a bar on a terminal, lines elsewhere; failures always as a line. */
final class SweepProgress implements SweepListener, AutoCloseable {
  private static final int MOST_LINES = 100;
  private static final int FALLBACK_WIDTH = 100;

  private final Console console;
  private final boolean terminal;
  private @Nullable ProgressBar bar;
  private int points;
  private int ended;

  SweepProgress(Console console, boolean terminal) {
    this.console = console;
    this.terminal = terminal;
  }

  @Override
  public void begun(int all, int known) {
    points = all;
    ended = known;
    console.say(
        all
            + (all == 1 ? " point, " : " points, ")
            + known
            + " known already, "
            + (all - known)
            + " to run");
    if (terminal && known < all) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("explore")
              .setInitialMax(all)
              .startsFrom(known, java.time.Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(console.err(), FALLBACK_WIDTH))
              .build();
    }
  }

  @Override
  public void ended(PointOutcome outcome) {
    ended++;
    boolean bad = outcome.status() == PointStatus.FAILED || outcome.status() == PointStatus.WRONG;
    if (bar != null) {
      bar.step();
      if (bad) {
        bar.pause();
        console.err().println();
        console.err().println(describe(outcome));
        bar.resume();
      }
    } else if (bad || ended % Math.max(1, points / MOST_LINES) == 0 || ended == points) {
      console.err().println(describe(outcome));
    }
  }

  private String describe(PointOutcome outcome) {
    String head = "[" + ended + "/" + points + "] " + outcome.point().label() + ": ";
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

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
