package dev.marlin.reports.studies;

import dev.marlin.reports.rows.ResultRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Points that no other point beats. */
public final class Pareto {
  private Pareto() {}

  /**
   * The correct rows that no other beats in both quantities; of equal rows the first by key. Less
   * is better in both.
   *
   * @return with the first quantity growing and the second falling
   */
  public static List<ResultRow> front(
      List<ResultRow> rows, ToDoubleFunction<ResultRow> x, ToDoubleFunction<ResultRow> y) {
    List<ResultRow> sorted =
        rows.stream()
            .filter(ResultRow::isCorrect)
            .filter(
                row -> !Double.isNaN(x.applyAsDouble(row)) && !Double.isNaN(y.applyAsDouble(row)))
            .sorted(
                Comparator.comparingDouble(x).thenComparingDouble(y).thenComparing(ResultRow::key))
            .toList();
    List<ResultRow> front = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (ResultRow row : sorted) {
      if (y.applyAsDouble(row) < least) {
        front.add(row);
        least = y.applyAsDouble(row);
      }
    }
    return front;
  }
}
