package dev.marlin.reports;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer before the details.
 *
 * @param best the fastest correct point of every network, small networks first
 * @param correct number of correct points
 * @param wrong number of points with a wrong result
 * @param failed number of points that did not run to their end
 * @param infeasible number of points that do not fit
 */
public record Summary(List<Best> best, long correct, long wrong, long failed, long infeasible) {

  /**
   * The best of one network.
   *
   * @param row the point with the fewest cycles; of equals the one with the least memory
   * @param spread cycles of the slowest correct point over those of the best, 1 or more
   */
  public record Best(ResultRow row, double spread) {}

  static Summary of(List<ResultRow> rows) {
    Map<String, List<ResultRow>> byModel = new LinkedHashMap<>();
    rows.stream()
        .filter(ResultRow::isCorrect)
        .forEach(row -> byModel.computeIfAbsent(row.model(), m -> new ArrayList<>()).add(row));
    Comparator<ResultRow> better =
        Comparator.comparingLong(ResultRow::cycles)
            .thenComparingLong(row -> row.l1Bytes() + row.l2Bytes())
            .thenComparing(ResultRow::key);
    List<Best> best =
        byModel.values().stream()
            .map(
                points -> {
                  ResultRow first = points.stream().min(better).orElseThrow();
                  long slowest = points.stream().mapToLong(ResultRow::cycles).max().orElseThrow();
                  return new Best(first, (double) slowest / first.cycles());
                })
            .sorted(
                Comparator.comparingLong((Best b) -> b.row().macs())
                    .thenComparing(b -> b.row().model()))
            .toList();
    return new Summary(
        best,
        count(rows, Outcome.CORRECT),
        count(rows, Outcome.WRONG),
        count(rows, Outcome.FAILED),
        count(rows, Outcome.INFEASIBLE));
  }

  private static long count(List<ResultRow> rows, Outcome outcome) {
    return rows.stream().filter(row -> row.outcome() == outcome).count();
  }
}
