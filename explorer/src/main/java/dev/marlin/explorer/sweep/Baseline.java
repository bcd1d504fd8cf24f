package dev.marlin.explorer.sweep;

import java.util.function.UnaryOperator;

/**
 * What the points of a sweep are compared with: each with the same point after some options are set
 * to the baseline's.
 *
 * @param name for people
 * @param change sets the baseline's options
 */
public record Baseline(String name, UnaryOperator<PointOptions> change) {

  /** What {@code point} is compared with; the point itself if it is of the baseline. */
  public DesignPoint of(DesignPoint point) {
    return new DesignPoint(point.model(), change.apply(point.options()));
  }

  Baseline withExecutor(String executor) {
    return new Baseline(name, options -> change.apply(options).withExecutor(executor));
  }
}
