package dev.marlin.explorer.sweep;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sweep, ready to run.
 *
 * @param name of the sweep and of its results folder
 * @param description for people; may be empty
 * @param text of the file, for the record
 * @param points all different, in the order of the file: the first axis changes slowest; empty if
 *     the sweep searches
 * @param configs names of the cases that points come from; points that come from none are left out
 * @param baseline what points are compared with
 * @param search finds points while the sweep runs; without it they are all in {@code points}
 */
public record Sweep(
    String name,
    String description,
    String text,
    List<DesignPoint> points,
    Map<DesignPoint, String> configs,
    Optional<Baseline> baseline,
    Optional<Search> search) {
  public Sweep {
    points = List.copyOf(points);
    configs = Map.copyOf(configs);
  }

  /** A sweep of points without names that are compared with nothing. */
  public Sweep(String name, String description, String text, List<DesignPoint> points) {
    this(name, description, text, points, Map.of(), Optional.empty(), Optional.empty());
  }

  /** The name of the case that a point comes from, or empty. */
  public String config(DesignPoint point) {
    String config = configs.get(point);
    return config != null ? config : search.map(s -> s.config(point)).orElse("");
  }

  /** The same sweep with every point on another executor. */
  public Sweep withExecutor(String executor) {
    LinkedHashSet<DesignPoint> moved = new LinkedHashSet<>();
    points.forEach(point -> moved.add(on(point, executor)));
    Map<DesignPoint, String> names = new HashMap<>();
    configs.forEach((point, config) -> names.put(on(point, executor), config));
    return new Sweep(
        name,
        description,
        text,
        List.copyOf(moved),
        names,
        baseline.map(b -> b.withExecutor(executor)),
        search.map(s -> s.withExecutor(executor)));
  }

  private static DesignPoint on(DesignPoint point, String executor) {
    return new DesignPoint(point.model(), point.options().withExecutor(executor));
  }
}
