package dev.marlin.reports.studies;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Units;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** What a byte of L1 or L2 buys: one study for each network that ran with more than one memory. */
public final class MemoryStudy {
  /** How much slower than the best a point may be to count as nearly as fast. */
  public static final double NEARLY = 0.05;

  private MemoryStudy() {}

  /**
   * What the sizes of one memory come to, the other as large as it gets.
   *
   * @param level {@code L1} or {@code L2}
   * @param other the other's size in bytes
   * @param cycles of the fastest point, by size
   * @param knee the smallest size within {@link #NEARLY} of the fastest of this curve
   */
  public record Curve(String level, long other, NavigableMap<Long, Long> cycles, long knee) {

    /**
     * Cycles that a further KiB saves between two neighbours; 0 where more memory does not help.
     */
    public double cyclesPerKib(long from, long to) {
      long saved = value(from) - value(to);
      return Math.max(0, saved) / ((to - from) / 1024.0);
    }

    private long value(long size) {
      Long value = cycles.get(size);
      if (value == null) {
        throw new IllegalArgumentException("no point has " + size + " bytes of " + level);
      }
      return value;
    }

    /** In words, for example {@code L1 beyond 32 KiB buys less than 5 %: ...}. */
    public String words() {
      long least = cycles.firstKey();
      long most = cycles.lastKey();
      double gain = 100 * (1 - (double) value(most) / value(least));
      String fixed = level.equals("L1") ? "L2" : "L1";
      String start =
          "With "
              + Units.bytes(other)
              + " of "
              + fixed
              + ", "
              + level
              + " from "
              + Units.bytes(least)
              + " to "
              + Units.bytes(most)
              + " saves "
              + Units.decimal(gain, 1)
              + " % of the cycles";
      Long next = cycles.higherKey(least);
      if (gain < 100 * NEARLY || next == null || knee == least) {
        return start + ": the smallest is within 5 % of the best.";
      }
      return start
          + ": the first step, to "
          + Units.bytes(next)
          + ", saves "
          + Units.count(Math.round(cyclesPerKib(least, next)))
          + " cycles a KiB"
          + (knee == most
              ? "; there is no knee before the largest."
              : "; the knee is at "
                  + Units.bytes(knee)
                  + ", beyond which all further memory saves less than 5 %.");
    }
  }

  /**
   * One network.
   *
   * @param model its name
   * @param best the fastest point
   * @param smallest the least L1 and L2 together within {@link #NEARLY} of the best
   * @param curves of the memories that vary
   */
  public record Answer(String model, ResultRow best, ResultRow smallest, List<Curve> curves) {
    public Answer {
      curves = List.copyOf(curves);
    }
  }

  /** One answer for each network that is correct with several memories. */
  public static List<Answer> of(Results results) {
    List<Answer> answers = new ArrayList<>();
    for (String model : results.byModel().keySet()) {
      List<ResultRow> rows = results.correct(model);
      if (rows.stream().map(r -> r.setup().memories()).distinct().count() < 2) {
        continue;
      }
      ResultRow best = rows.stream().min(Results.FASTEST).orElseThrow();
      List<ResultRow> peers =
          rows.stream().filter(r -> r.setup().cores() == best.setup().cores()).toList();
      List<Curve> curves = new ArrayList<>();
      curve("L1", peers, r -> r.setup().l1Bytes(), r -> r.setup().l2Bytes()).ifPresent(curves::add);
      curve("L2", peers, r -> r.setup().l2Bytes(), r -> r.setup().l1Bytes()).ifPresent(curves::add);
      answers.add(new Answer(model, best, smallest(rows, best.cycles()), curves));
    }
    return answers;
  }

  private static ResultRow smallest(Collection<ResultRow> rows, long best) {
    return rows.stream()
        .filter(row -> row.cycles() <= best * (1 + NEARLY))
        .min(
            Comparator.comparingLong((ResultRow row) -> row.setup().memoryBytes())
                .thenComparing(Results.FASTEST))
        .orElseThrow();
  }

  private static Optional<Curve> curve(
      String level,
      List<ResultRow> rows,
      ToLongFunction<ResultRow> size,
      ToLongFunction<ResultRow> other) {
    Map<Long, TreeMap<Long, Long>> curves = new TreeMap<>();
    for (ResultRow row : rows) {
      curves
          .computeIfAbsent(other.applyAsLong(row), o -> new TreeMap<>())
          .merge(size.applyAsLong(row), row.cycles(), Math::min);
    }
    // The largest other memory for which there are several sizes of this one.
    return curves.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .reduce((a, b) -> b)
        .map(
            entry -> {
              TreeMap<Long, Long> cycles = entry.getValue();
              long fastest = cycles.values().stream().mapToLong(c -> c).min().orElseThrow();
              long knee = cycles.lastKey();
              for (Long bytes : cycles.descendingKeySet()) {
                if (Long.valueOf(cycles.getOrDefault(bytes, Long.MAX_VALUE))
                    > fastest * (1 + NEARLY)) {
                  break;
                }
                knee = bytes;
              }
              return new Curve(level, entry.getKey(), cycles, knee);
            });
  }
}
