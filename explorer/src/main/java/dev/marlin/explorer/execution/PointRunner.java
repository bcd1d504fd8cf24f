package dev.marlin.explorer.execution;

import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import java.io.Serializable;

/**
 * Makes an outcome of a design point. The engine sends it to wherever points run, so it carries
 * only settings; what it needs there it finds there.
 */
@FunctionalInterface
public interface PointRunner extends Serializable {

  /**
   * Runs one point. Whatever is wrong with the point becomes an outcome; what is wrong with the
   * machine is thrown, and the point is tried again, elsewhere if there is more than one machine.
   */
  PointOutcome run(DesignPoint point, String key);

  /**
   * How much work a run of a network is, in multiply-accumulates: the longest runs are started
   * first. Prepares what the points of this network share.
   */
  default long work(ModelRef model) {
    return 1;
  }
}
