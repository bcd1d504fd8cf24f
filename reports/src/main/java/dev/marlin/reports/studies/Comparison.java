package dev.marlin.reports.studies;

import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two sweeps, or one sweep by two versions of Marlin, matched point by point: points match when
 * network and setup are equal.
 *
 * @param pairs points of both, those that got slower most first, then those without two numbers
 * @param onlyBefore how many points only the first has
 * @param onlyAfter how many points only the second has
 * @param threshold what a point may get slower without counting as slower, for example 0.02
 */
public record Comparison(List<Pair> pairs, int onlyBefore, int onlyAfter, double threshold) {
  public Comparison {
    pairs = List.copyOf(pairs);
  }

  /** The same point twice. */
  public record Pair(ResultRow before, ResultRow after) {
    /** Whether both have a performance. */
    public boolean isComparable() {
      return before.isCorrect() && after.isCorrect();
    }

    /** Cycles before over cycles after: above 1 it got faster; NaN unless both are correct. */
    public double speedUp() {
      return isComparable() ? (double) before.cycles() / after.cycles() : Double.NaN;
    }

    /** Whether it was correct and is not any more. */
    public boolean isBroken() {
      return before.isCorrect() && !after.isCorrect();
    }

    /** Whether it is correct and was not. */
    public boolean isMended() {
      return !before.isCorrect() && after.isCorrect() && before.outcome() != Outcome.CORRECT;
    }
  }

  /**
   * Matches two sweeps.
   *
   * @throws IllegalArgumentException if the threshold is negative or no number
   */
  public static Comparison of(Results before, Results after, double threshold) {
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException("threshold " + threshold + " must be 0 or more");
    }
    Map<String, ResultRow> second = new LinkedHashMap<>();
    after.rows().forEach(row -> second.putIfAbsent(identity(row), row));
    List<Pair> pairs = new ArrayList<>();
    int onlyBefore = 0;
    for (ResultRow row : before.rows()) {
      ResultRow now = second.remove(identity(row));
      if (now == null) {
        onlyBefore++;
      } else {
        pairs.add(new Pair(row, now));
      }
    }
    pairs.sort(
        Comparator.comparing((Pair pair) -> !pair.isBroken())
            .thenComparing(pair -> !pair.isComparable())
            .thenComparingDouble(Pair::speedUp)
            .thenComparing(pair -> pair.before().model()));
    return new Comparison(pairs, onlyBefore, second.size(), threshold);
  }

  private static String identity(ResultRow row) {
    return row.model() + "\n" + row.setup();
  }

  /** Points that got slower by more than the threshold. */
  public List<Pair> slower() {
    return pairs.stream().filter(pair -> pair.speedUp() < 1 / (1 + threshold)).toList();
  }

  /** Points that got faster by more than the threshold. */
  public List<Pair> faster() {
    return pairs.stream().filter(pair -> pair.speedUp() > 1 + threshold).toList();
  }

  /** Points that were correct and are not any more. */
  public List<Pair> broken() {
    return pairs.stream().filter(Pair::isBroken).toList();
  }

  /** Geometric mean of the speed-up of all points that are correct in both; NaN if none is. */
  public double meanSpeedUp() {
    return Math.exp(
        pairs.stream()
            .filter(Pair::isComparable)
            .mapToDouble(pair -> Math.log(pair.speedUp()))
            .average()
            .orElse(Double.NaN));
  }

  /** Whether nothing is broken and nothing got slower by more than the threshold. */
  public boolean passes() {
    return broken().isEmpty() && slower().isEmpty();
  }
}
