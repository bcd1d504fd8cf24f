package dev.marlin.explorer.sweep;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The names that a sweep may use and that this package does not know by itself.
 *
 * @param models the zoo's models, for hints
 * @param isModel whether the zoo has a model of that name; it may have more than {@code models}
 * @param policies tiling policies
 * @param heuristics whether a policy (first) has a heuristic (second)
 */
public record Vocabulary(
    List<String> models, Predicate<String> isModel, Set<String> policies, Heuristics heuristics) {

  /** The heuristics of a policy. */
  @FunctionalInterface
  public interface Heuristics {
    /** Names of the heuristics of {@code policy}; empty if it has none or does not exist. */
    Set<String> of(String policy);
  }
}
