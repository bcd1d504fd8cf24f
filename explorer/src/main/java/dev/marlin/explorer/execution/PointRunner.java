package dev.marlin.explorer.execution;

import dev.marlin.explorer.sweep.DesignPoint;
import java.io.Serializable;

/**
 * Makes an outcome of a design point. The engine sends it to wherever points run, so it carries
 * only settings; what it needs there it finds there.
 */
@FunctionalInterface
public interface PointRunner extends Serializable {

  /**
   * Runs one point. Whatever is wrong with the point becomes an outcome; only what is wrong with
   * the machine is thrown.
   */
  PointOutcome run(DesignPoint point, String key);
}
