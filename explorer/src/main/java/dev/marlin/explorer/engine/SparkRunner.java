package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointRunner;
import dev.marlin.explorer.sweep.DesignPoint;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/** Points as Spark tasks: one each, outcomes handed on as they arrive at the driver. */
final class SparkRunner implements AutoCloseable {
  /**
   * A task that dies with its executor is tried again; what is wrong with a point is an outcome.
   */
  private static final int TRIES = 3;

  private static final long POLL_MILLISECONDS = 200;

  private final JavaSparkContext context;

  /** Receives outcomes, on the thread that called {@link #run}. */
  interface Sink {
    /** Takes an outcome; returns whether to go on. */
    boolean accept(PointOutcome outcome);
  }

  /** A point and its key, as it travels to a task. */
  private record Task(String key, DesignPoint point) implements Serializable {}

  SparkRunner(String master, String name) {
    try {
      context = new JavaSparkContext(configuration(master, name));
    } catch (Exception e) { // Scala throws checked exceptions without saying so
      throw new EngineException(
          "Spark cannot start with --master " + master + ": " + rootMessage(e), e);
    }
  }

  private static SparkConf configuration(String master, String name) {
    boolean local = master.startsWith("local");
    SparkConf conf =
        new SparkConf()
            .setAppName("marlin " + name)
            .setMaster(master.matches("local\\[[^,]*]") ? retrying(master) : master)
            .setIfMissing("spark.ui.enabled", "false")
            .setIfMissing("spark.task.maxFailures", Integer.toString(TRIES))
            .setIfMissing("spark.driver.maxResultSize", "0");
    if (local) {
      // The host's name may resolve to an address that is not reachable.
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    return conf;
  }

  /** {@code local[2]} never tries a task again; {@code local[2,3]} does. */
  private static String retrying(String master) {
    return master.substring(0, master.length() - 1) + "," + TRIES + "]";
  }

  /**
   * Runs points until all have ended or the sink wants no more.
   *
   * @throws EngineException if Spark gives up
   */
  void run(Map<String, DesignPoint> points, PointRunner runner, Sink sink) {
    List<Task> tasks = new ArrayList<>();
    points.forEach((key, point) -> tasks.add(new Task(key, point)));
    JavaRDD<Task> rdd = context.parallelize(tasks, tasks.size());
    List<Object> partitions = IntStream.range(0, tasks.size()).<Object>mapToObj(i -> i).toList();
    BlockingQueue<PointOutcome> arrived = new LinkedBlockingQueue<>();
    FutureAction<BoxedUnit> job =
        context
            .sc()
            .submitJob(
                rdd.rdd(),
                new RunOne(runner),
                CollectionConverters.asScala(partitions).toSeq(),
                new HandOver(arrived),
                new Nothing());
    try {
      drain(job, arrived, tasks.size(), sink);
    } finally {
      job.cancel();
    }
  }

  private static void drain(
      FutureAction<BoxedUnit> job, BlockingQueue<PointOutcome> arrived, int count, Sink sink) {
    int ended = 0;
    while (ended < count) {
      // Asked before the queue is: what a completed job has made is in the queue then.
      boolean completed = job.isCompleted();
      PointOutcome outcome = poll(arrived);
      if (outcome != null) {
        ended++;
        if (!sink.accept(outcome)) {
          return;
        }
      } else if (completed) {
        throw failure(job, count - ended);
      }
    }
  }

  private static @Nullable PointOutcome poll(BlockingQueue<PointOutcome> arrived) {
    try {
      return arrived.poll(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted", e);
    }
  }

  private static EngineException failure(FutureAction<BoxedUnit> job, int missing) {
    Option<Try<BoxedUnit>> value = job.value();
    Throwable cause =
        value.isDefined() && value.get().isFailure() ? value.get().failed().get() : null;
    return new EngineException(
        missing
            + " points did not end: "
            + (cause == null ? "Spark gave no reason" : rootMessage(cause))
            + "; the same command goes on from here",
        cause);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }

  @Override
  public void close() {
    context.close();
  }

  /** What a task does. */
  private static final class RunOne extends AbstractFunction1<Iterator<Task>, PointOutcome>
      implements Serializable {
    private static final long serialVersionUID = 1;

    private final PointRunner runner;

    RunOne(PointRunner runner) {
      this.runner = runner;
    }

    @Override
    public PointOutcome apply(Iterator<Task> tasks) {
      Task task = tasks.next();
      return runner.run(task.point(), task.key());
    }
  }

  /**
   * What the driver does with a result: as little as can be, for Spark's scheduler waits for it.
   */
  private static final class HandOver extends AbstractFunction2<Object, PointOutcome, BoxedUnit> {
    private final BlockingQueue<PointOutcome> arrived;

    HandOver(BlockingQueue<PointOutcome> arrived) {
      this.arrived = arrived;
    }

    @Override
    public BoxedUnit apply(Object partition, PointOutcome outcome) {
      arrived.add(outcome);
      return BoxedUnit.UNIT;
    }
  }

  /** The value of the job as a whole. */
  private static final class Nothing extends AbstractFunction0<BoxedUnit> {
    @Override
    public BoxedUnit apply() {
      return BoxedUnit.UNIT;
    }
  }
}
