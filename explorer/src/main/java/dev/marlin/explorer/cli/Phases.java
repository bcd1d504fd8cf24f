package dev.marlin.explorer.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Says with {@code --debug} what a command spends its time on, counted from the start of Java. */
final class Phases {
  private final Console console;
  private final boolean on;
  private Instant last = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

  Phases(Console console, boolean on) {
    this.console = console;
    this.on = on;
  }

  /** A phase has come to its end, and the next one begins. */
  void ended(String phase) {
    if (on) {
      Instant now = Instant.now();
      double seconds = Duration.between(last, now).toMillis() * 1e-3;
      console.say(String.format(Locale.ROOT, "%6.2f s %s", seconds, phase));
      last = now;
    }
  }
}
