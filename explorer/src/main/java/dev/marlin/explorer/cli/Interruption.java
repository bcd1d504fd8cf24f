package dev.marlin.explorer.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C during a sweep: stops it, waits until its store is closed, and keeps what breaks in a
 * process that is being taken down (Spark stops itself) from looking like an error.
 */
final class Interruption implements AutoCloseable {
  private static final int MOST_SECONDS = 20;

  /** Of a process that Ctrl-C ended. */
  static final int STATUS = 130;

  private final Thread hook = new Thread(this::interrupted, "interruption");
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Runnable stop = () -> {};
  private volatile boolean interrupted;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void interrupted() {
    interrupted = true;
    // Spark's own hook may wait for its threads for minutes. What is committed is safe without.
    Thread last = new Thread(Interruption::endInAnyCase, "interruption, in any case");
    last.setDaemon(true);
    last.start();
    stop.run();
    try {
      if (!closed.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("explore: stopping takes long; every point that has ended is kept");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void endInAnyCase() {
    try {
      TimeUnit.SECONDS.sleep(MOST_SECONDS + 5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(STATUS);
  }

  /** What makes the work that is guarded end soon. */
  void onInterrupt(Runnable stopping) {
    stop = stopping;
    if (interrupted) {
      stopping.run();
    }
  }

  /** Whether the process is going down. */
  boolean isInterrupted() {
    return interrupted;
  }

  /** Calls {@code work}; what it throws while the process goes down is not worth telling. */
  <T> T guard(Callable<T> work) {
    try {
      return work.call();
    } catch (RuntimeException e) {
      if (isGoingDown()) {
        throw new InterruptedSweepException(e);
      }
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The work ended because the process goes down. */
  static final class InterruptedSweepException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InterruptedSweepException(Throwable cause) {
      super("interrupted", cause);
    }
  }

  /** Spark's own hook may have stopped it a moment before ours runs. */
  private boolean isGoingDown() {
    try {
      TimeUnit.MILLISECONDS.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return interrupted;
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      interrupted = true; // it is running
    }
  }
}
