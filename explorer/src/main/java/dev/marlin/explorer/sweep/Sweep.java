package dev.marlin.explorer.sweep;

import java.util.List;

/**
 * A sweep, ready to run.
 *
 * @param name of the sweep and of its results folder
 * @param description for people; may be empty
 * @param text of the file, for the record
 * @param points all different, in the order of the file: the first axis changes slowest
 */
public record Sweep(String name, String description, String text, List<DesignPoint> points) {
  public Sweep {
    points = List.copyOf(points);
  }
}
