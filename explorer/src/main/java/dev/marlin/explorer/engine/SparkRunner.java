package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointRunner;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * Points as Spark tasks: one each, outcomes handed on as they arrive at the driver.
 *
 * <p>What is wrong with a point is an outcome. What is wrong with the machinery (an executor that
 * dies, a disk that is full) makes Spark try the task again, {@value #TRIES} times in all; then the
 * point has failed for a reason outside of it, and the others go on.
 */
final class SparkRunner implements AutoCloseable {
  private static final int TRIES = 3;

  /** How long late news of lost attempts is waited for at the end of a job. */
  private static final long SETTLE_MILLISECONDS = 10_000;

  private static final long POLL_MILLISECONDS = 200;

  private final JavaSparkContext context;

  /** Is told what happens, on the thread that called {@link #run}; answers whether to go on. */
  interface Sink {
    /** Takes an outcome. */
    boolean accept(PointOutcome outcome);

    /** An attempt at a point was lost, and it is tried again. */
    boolean retried(String key, int attempt, String place, String reason);

    /** Is asked now and then. */
    boolean goesOn();
  }

  /** A point and its key, as it travels to a task. */
  private record Task(String key, DesignPoint point, long work) implements Serializable {}

  /** What the driver is told: an outcome, or an attempt that was lost. */
  private record Event(@Nullable PointOutcome outcome, @Nullable Lost lost) {}

  /** An attempt that was lost: which task of which job, and why. */
  private record Lost(int stage, int task, int attempt, String place, String reason) {}

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
    } else if (!conf.contains("spark.executor.extraClassPath")) {
      conf.setIfMissing("spark.jars", ClassPath.jarsForExecutors());
    }
    return conf;
  }

  /** {@code local[2]} never tries a task again; {@code local[2,3]} does. */
  private static String retrying(String master) {
    return master.substring(0, master.length() - 1) + "," + TRIES + "]";
  }

  /** How many tasks run at once, as far as executors have come so far. */
  int slots() {
    return context.defaultParallelism();
  }

  /**
   * Runs points until all have ended or the sink wants no more.
   *
   * @throws EngineException if Spark gives up for a reason that is not one of the points
   */
  void run(Map<String, DesignPoint> points, PointRunner runner, Sink sink) {
    try {
      runAll(points, runner, sink);
    } catch (EngineException e) {
      throw e;
    } catch (Exception e) { // Scala throws checked exceptions without saying so
      if (context.sc().isStopped()) {
        throw new EngineException(
            "Spark gave up: "
                + rootMessage(e)
                + "; if its workers cannot start executors, their logs say why",
            e);
      }
      throw e;
    }
  }

  private void runAll(Map<String, DesignPoint> points, PointRunner runner, Sink sink) {
    Map<String, Task> left = new LinkedHashMap<>();
    for (Task task : longestFirst(points, runner)) {
      left.put(task.key(), task);
    }
    while (!left.isEmpty() && sink.goesOn()) {
      new Job(List.copyOf(left.values()), runner, sink).run(left);
    }
  }

  /** The stage before the points: reads every network once, which also says how long runs are. */
  private List<Task> longestFirst(Map<String, DesignPoint> points, PointRunner runner) {
    Map<ModelRef, Long> work = new HashMap<>();
    List<ModelRef> models = points.values().stream().map(DesignPoint::model).distinct().toList();
    if (models.size() > 1) {
      List<Long> found =
          context.parallelize(models, models.size()).map(model -> runner.work(model)).collect();
      for (int i = 0; i < models.size(); i++) {
        work.put(models.get(i), found.get(i));
      }
    }
    List<Task> tasks = new ArrayList<>();
    points.forEach(
        (key, point) -> tasks.add(new Task(key, point, work.getOrDefault(point.model(), 0L))));
    tasks.sort(Comparator.comparingLong(task -> -task.work()));
    return tasks;
  }

  /** One Spark job; its tasks are points. */
  private final class Job {
    private final List<Task> tasks;
    private final Sink sink;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final LostTasks listener = new LostTasks(events);
    private final FutureAction<BoxedUnit> future;
    private final Map<String, Integer> losses = new HashMap<>();
    private final Map<String, String> reasons = new HashMap<>();

    Job(List<Task> tasks, PointRunner runner, Sink sink) {
      this.tasks = tasks;
      this.sink = sink;
      context.sc().addSparkListener(listener);
      List<Object> partitions = IntStream.range(0, tasks.size()).<Object>mapToObj(i -> i).toList();
      JavaRDD<Task> rdd = context.parallelize(tasks, tasks.size());
      future =
          context
              .sc()
              .submitJob(
                  rdd.rdd(),
                  new RunOne(runner),
                  CollectionConverters.asScala(partitions).toSeq(),
                  new HandOver(events),
                  new Nothing());
    }

    /** Runs until all tasks have ended, the sink wants no more, or a task was lost too often. */
    void run(Map<String, Task> left) {
      try {
        drain(left);
        settle();
      } finally {
        future.cancel();
        context.sc().removeSparkListener(listener);
      }
    }

    private void drain(Map<String, Task> left) {
      while (!left.isEmpty() && sink.goesOn()) {
        // Asked before the queue is: what a completed job has made is in the queue then.
        boolean completed = future.isCompleted();
        Event event = poll();
        if (event == null) {
          if (completed) {
            settle();
            giveUp(left);
            return;
          }
        } else if (event.outcome() != null) {
          left.remove(event.outcome().key());
          sink.accept(event.outcome());
        } else if (event.lost() != null) {
          count(event.lost());
        }
      }
    }

    private void count(Lost lost) {
      String key = tasks.get(lost.task()).key();
      losses.merge(key, 1, Integer::sum);
      reasons.put(key, lost.reason());
      sink.retried(key, lost.attempt(), lost.place(), lost.reason());
    }

    /**
     * Hears the rest of what was lost: Spark's listeners are told by a thread of their own, so a
     * point's outcome may arrive before its lost attempts do.
     */
    private void settle() {
      try {
        context.sc().listenerBus().waitUntilEmpty(SETTLE_MILLISECONDS);
      } catch (TimeoutException e) {
        // A busy machine; what has not been heard by now stays uncounted.
      }
      for (Event event = events.poll(); event != null; event = events.poll()) {
        if (event.lost() != null) {
          count(event.lost());
        }
      }
    }

    private @Nullable Event poll() {
      try {
        return events.poll(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EngineException("interrupted", e);
      }
    }

    /** A point that takes its executor with it every time must not keep the others from ending. */
    private void giveUp(Map<String, Task> left) {
      List<Task> culprits =
          tasks.stream()
              .filter(task -> left.containsKey(task.key()))
              .filter(task -> losses.getOrDefault(task.key(), 0) >= TRIES)
              .toList();
      if (culprits.isEmpty()) {
        throw failure(future, left.size());
      }
      for (Task task : culprits) {
        left.remove(task.key());
        Failure failure =
            Failure.of(
                Failure.ENVIRONMENT,
                "started "
                    + TRIES
                    + " times, and each time the attempt was lost: "
                    + reasons.get(task.key()),
                "");
        sink.accept(
            new PointOutcome(
                task.point(), task.key(), PointStatus.FAILED, failure, null, null, 0, ""));
      }
    }
  }

  /** Hears of attempts that were lost. */
  private static final class LostTasks extends SparkListener {
    private final BlockingQueue<Event> events;
    private int stage = -1;

    LostTasks(BlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (stage < 0) {
        stage = end.stageId();
      }
      TaskInfo info = end.taskInfo();
      boolean lost =
          end.reason() instanceof TaskFailedReason && !(end.reason() instanceof TaskKilled);
      if (lost && end.stageId() == stage) {
        String reason =
            ((TaskFailedReason) end.reason()).toErrorString().lines().findFirst().orElse("");
        events.add(
            new Event(
                null,
                new Lost(
                    stage,
                    info.partitionId(),
                    info.attemptNumber(),
                    "executor " + info.executorId() + " on " + info.host(),
                    reason)));
      }
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

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
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
      try {
        return runner.run(task.point(), task.key());
      } catch (RuntimeException e) {
        TaskContext context = TaskContext.get();
        if (context == null || context.attemptNumber() < TRIES - 1) {
          throw e; // Spark tries again
        }
        Failure failure =
            Failure.of(
                Failure.ENVIRONMENT, "tried " + TRIES + " times: " + rootMessage(e), trace(e));
        return new PointOutcome(
            task.point(), task.key(), PointStatus.FAILED, failure, null, null, 0, "");
      }
    }
  }

  /**
   * What the driver does with a result: as little as can be, for Spark's scheduler waits for it.
   */
  private static final class HandOver extends AbstractFunction2<Object, PointOutcome, BoxedUnit> {
    private final BlockingQueue<Event> events;

    HandOver(BlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public BoxedUnit apply(Object partition, PointOutcome outcome) {
      events.add(new Event(outcome, null));
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
