package dev.marlin.explorer.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C during a sweep: says that nothing is lost, and keeps what breaks in a process that is
 * being taken down (Spark stops itself) from looking like an error.
 */
final class Interruption implements AutoCloseable {
  private final Console console;
  private final Thread hook = new Thread(this::interrupted, "interruption");
  private volatile boolean interrupted;

  Interruption(Console console) {
    this.console = console;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void interrupted() {
    interrupted = true;
    console.err().println();
    console.say("interrupted; every point that has ended is kept, the same command goes on there");
  }

  /** Calls {@code work}; if the process is going down, never returns nor throws. */
  <T> T guard(Callable<T> work) {
    try {
      return work.call();
    } catch (RuntimeException e) {
      if (isGoingDown()) {
        waitForTheEnd();
      }
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Spark's own hook may have stopped it a moment before ours runs. */
  private boolean isGoingDown() {
    try {
      TimeUnit.MILLISECONDS.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return interrupted;
  }

  private static void waitForTheEnd() {
    while (true) {
      try {
        TimeUnit.MINUTES.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      interrupted = true; // it is running
    }
  }
}
