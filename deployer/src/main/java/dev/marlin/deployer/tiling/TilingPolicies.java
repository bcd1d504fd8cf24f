package dev.marlin.deployer.tiling;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tiling policies: a new one is a file and a line in {@link #ALL}. */
public final class TilingPolicies {
  private static final List<TilingPolicy> ALL =
      List.of(
          new CyclesPolicy(),
          new MeasuredPolicy(),
          DoryPolicy.gap8(),
          DoryPolicy.gvsoc(),
          DoryPolicy.paper());

  private TilingPolicies() {}

  /** All policies, the default first. */
  public static List<TilingPolicy> all() {
    return ALL;
  }

  /**
   * The policy called {@code name}.
   *
   * @throws IllegalArgumentException naming the policies that exist
   */
  public static TilingPolicy named(String name) {
    return ALL.stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no tiling policy "
                        + name
                        + "; there are "
                        + ALL.stream().map(TilingPolicy::name).collect(Collectors.joining(", "))));
  }

  /**
   * The weights of all heuristics of {@code policy}: its defaults with {@code changed} over them.
   *
   * @throws IllegalArgumentException if {@code changed} names a heuristic that the policy has not
   */
  public static Map<String, Double> weights(TilingPolicy policy, Map<String, Double> changed) {
    Map<String, Double> weights = new LinkedHashMap<>();
    policy.heuristics().forEach(h -> weights.put(h.name(), h.defaultWeight()));
    changed.forEach(
        (name, weight) -> {
          if (weights.replace(name, weight) == null) {
            throw new IllegalArgumentException(
                "tiling policy "
                    + policy.name()
                    + " has no heuristic "
                    + name
                    + "; it has "
                    + String.join(", ", weights.keySet()));
          }
          if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                "heuristic " + name + " has weight " + weight + "; it must be 0 or more");
          }
        });
    return weights;
  }
}
