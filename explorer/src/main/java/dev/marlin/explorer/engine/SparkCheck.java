package dev.marlin.explorer.engine;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointRunner;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether Spark works here: starts it and sends one empty task through the way that points go. */
public final class SparkCheck {
  private SparkCheck() {}

  /** Answers without doing anything. */
  private record Echo() implements PointRunner {
    @Override
    public PointOutcome run(DesignPoint point, String key) {
      return new PointOutcome(
          point, key, PointStatus.FAILED, Failure.of("echo", "", ""), null, null, 0, "");
    }
  }

  /** Takes what comes back. */
  private record Answers(List<PointOutcome> outcomes) implements SparkRunner.Sink {
    @Override
    public boolean accept(PointOutcome outcome) {
      return outcomes.add(outcome);
    }

    @Override
    public boolean retried(String key, int attempt, String place, String reason) {
      return true;
    }

    @Override
    public boolean goesOn() {
      return true;
    }
  }

  /**
   * Checks.
   *
   * @return Spark's version
   * @throws EngineException if it does not work
   */
  public static String run() {
    List<PointOutcome> outcomes = new ArrayList<>();
    DesignPoint point = new DesignPoint(ModelRef.zoo("none"), PointOptions.defaults());
    try (SparkRunner spark = new SparkRunner("local[1]", "doctor")) {
      spark.run(Map.of("key", point), new Echo(), new Answers(outcomes));
    }
    if (outcomes.size() != 1) {
      throw new EngineException("Spark answered " + outcomes.size() + " times to one task", null);
    }
    return org.apache.spark.package$.MODULE$.SPARK_VERSION();
  }
}
