package dev.marlin.explorer.execution;

import dev.marlin.explorer.sweep.DesignPoint;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What came of a design point: a row of the store.
 *
 * @param point the point
 * @param key of the point
 * @param status how it ended
 * @param failure why it did not end well; null exactly if the status is CORRECT
 * @param run what was measured; null unless the status is CORRECT or WRONG
 * @param build what was built; null if nothing was
 * @param hostSeconds from start to end of this point, the time that was saved by sharing not
 *     counted
 * @param host name of the machine
 * @param effort what it cost besides the execution; of an outcome from the store {@link
 *     Effort#NONE}
 */
public record PointOutcome(
    DesignPoint point,
    String key,
    PointStatus status,
    @Nullable Failure failure,
    @Nullable RunReport run,
    @Nullable BuildInfo build,
    double hostSeconds,
    String host,
    Effort effort)
    implements Serializable {

  /** An outcome whose cost nobody knows. */
  public PointOutcome(
      DesignPoint point,
      String key,
      PointStatus status,
      @Nullable Failure failure,
      @Nullable RunReport run,
      @Nullable BuildInfo build,
      double hostSeconds,
      String host) {
    this(point, key, status, failure, run, build, hostSeconds, host, Effort.NONE);
  }

  public PointOutcome {
    if ((status == PointStatus.CORRECT) != (failure == null)) {
      throw new IllegalArgumentException(status + " with failure " + failure);
    }
    if ((status == PointStatus.CORRECT || status == PointStatus.WRONG) != (run != null)) {
      throw new IllegalArgumentException(status + " with run " + run);
    }
  }

  /** The same for {@code other}, which has the same key, without anything being run. */
  public PointOutcome reusedFor(DesignPoint other) {
    return new PointOutcome(
        other,
        key,
        status,
        failure,
        run == null ? null : run.withModel(other.model().name()),
        build == null ? null : build.asReused(),
        hostSeconds,
        host);
  }

  /** Whether it lies outside of the point that it failed: it may go well the next time. */
  public boolean isOutside() {
    return failure != null && failure.kind().equals(Failure.ENVIRONMENT);
  }

  /**
   * What was built and how it was run.
   *
   * @param runKey hash of program, L3 image, chip and executor: equal keys share one execution
   * @param programHash SHA-256 of the ELF
   * @param imageHash SHA-256 of the L3 image
   * @param chip what it ran on, for people
   * @param chipHash SHA-256 of {@code chip}
   * @param toolchain name and version of the compiler
   * @param compilerFlags of the generated sources
   * @param instructions executed by all cores
   * @param executionSeconds of the execution alone
   * @param reused whether the execution was made for another point, now or earlier
   * @param provenance of the execution
   */
  public record BuildInfo(
      String runKey,
      String programHash,
      String imageHash,
      String chip,
      String chipHash,
      String toolchain,
      String compilerFlags,
      long instructions,
      double executionSeconds,
      boolean reused,
      Provenance provenance)
      implements Serializable {
    BuildInfo asReused() {
      return new BuildInfo(
          runKey,
          programHash,
          imageHash,
          chip,
          chipHash,
          toolchain,
          compilerFlags,
          instructions,
          executionSeconds,
          true,
          provenance);
    }
  }
}
