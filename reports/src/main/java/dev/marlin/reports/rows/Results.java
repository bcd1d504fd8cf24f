package dev.marlin.reports.rows;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rows of a report with what every table and figure asks of them. */
public final class Results {
  /** Of equal points the one with less memory, then with fewer cores, then by name. */
  public static final Comparator<ResultRow> FASTEST =
      Comparator.comparingLong(ResultRow::cycles)
          .thenComparingLong(row -> row.setup().memoryBytes())
          .thenComparingInt(row -> row.setup().cores())
          .thenComparing(ResultRow::key);

  private final ReportInfo info;
  private final List<ResultRow> rows;
  private final List<ResultRow> correct;
  private final Map<String, ResultRow> byKey = new HashMap<>();
  private final Map<String, List<ResultRow>> byModel = new LinkedHashMap<>();
  private final List<Function<ResultRow, String>> varying;
  private final List<SecondOpinion> opinions;

  private static final Function<ResultRow, String> CONFIG = ResultRow::config;
  private static final Function<ResultRow, String> POLICY = Results::weights;

  /** The parts of a setup, as people write them. */
  private static final List<Function<ResultRow, String>> PARTS =
      List.of(
          CONFIG,
          row -> row.setup().memories(),
          row -> row.setup().cores() + (row.setup().cores() == 1 ? " core" : " cores"),
          POLICY,
          row -> row.setup().clock(),
          row -> row.setup().executor(),
          row -> row.setup().requantization(),
          row -> row.setup().toolchain(),
          row -> row.setup().chip().isEmpty() ? "GAP8" : row.setup().chip());

  public Results(ReportInfo info, Collection<ResultRow> rows) {
    this(info, rows, List.of());
  }

  /**
   * @param opinions what other executors said of programs of these networks before
   */
  public Results(ReportInfo info, Collection<ResultRow> rows, List<SecondOpinion> opinions) {
    this.info = info;
    this.opinions = List.copyOf(opinions);
    this.rows = List.copyOf(rows);
    this.correct = this.rows.stream().filter(ResultRow::isCorrect).toList();
    for (ResultRow row : this.rows) {
      if (byKey.put(row.key(), row) != null) {
        throw new IllegalArgumentException("two points have the key " + row.key());
      }
      byModel.computeIfAbsent(row.model(), m -> new ArrayList<>()).add(row);
    }
    varying =
        PARTS.stream().filter(part -> this.rows.stream().map(part).distinct().count() > 1).toList();
  }

  private static String weights(ResultRow row) {
    return row.setup().policy();
  }

  public ReportInfo info() {
    return info;
  }

  /** What other executors said of programs of these networks before. */
  public List<SecondOpinion> opinions() {
    return opinions;
  }

  /** In the order of the sweep. */
  public List<ResultRow> rows() {
    return rows;
  }

  /** The rows that have a performance, in order. */
  public List<ResultRow> correct() {
    return correct;
  }

  /** Number of rows that ended so. */
  public long count(Outcome outcome) {
    return rows.stream().filter(row -> row.outcome() == outcome).count();
  }

  /** Networks with their rows; networks with few multiply-accumulates first. */
  public Map<String, List<ResultRow>> byModel() {
    Map<String, List<ResultRow>> sorted = new LinkedHashMap<>();
    byModel.entrySet().stream()
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<String, List<ResultRow>> entry) -> macs(entry.getValue()))
                .thenComparing(Map.Entry::getKey))
        .forEach(
            entry -> sorted.put(entry.getKey(), Collections.unmodifiableList(entry.getValue())));
    return sorted;
  }

  private static long macs(List<ResultRow> rows) {
    return rows.stream()
        .filter(ResultRow::isCorrect)
        .mapToLong(row -> row.measured().macs())
        .findFirst()
        .orElse(Long.MAX_VALUE);
  }

  /** Correct rows of a network, in order; empty for a network that there is not. */
  public List<ResultRow> correct(String model) {
    return byModel.getOrDefault(model, List.of()).stream().filter(ResultRow::isCorrect).toList();
  }

  /** The fastest correct point of a network. */
  public Optional<ResultRow> best(String model) {
    return correct(model).stream().min(FASTEST);
  }

  /** The fastest correct point of a network that GAP8 as it was built can run. */
  public Optional<ResultRow> bestOnGap8(String model) {
    return correct(model).stream().filter(row -> row.setup().isGap8()).min(FASTEST);
  }

  /** The point that a row is compared with, if it is correct. */
  public Optional<ResultRow> baseline(ResultRow row) {
    return Optional.ofNullable(byKey.get(row.baselineKey())).filter(ResultRow::isCorrect);
  }

  /** Cycles of the baseline over those of the row; empty unless both are correct. */
  public OptionalDouble speedUp(ResultRow row) {
    return row.isCorrect()
        ? baseline(row)
            .map(base -> OptionalDouble.of((double) base.cycles() / row.cycles()))
            .orElse(OptionalDouble.empty())
        : OptionalDouble.empty();
  }

  /** Whether any row is compared with another one. */
  public boolean hasBaseline() {
    return correct.stream()
        .anyMatch(row -> !row.baselineKey().equals(row.key()) && baseline(row).isPresent());
  }

  /**
   * As {@link #label}, but without the name of the case: points with the same setup are labelled
   * alike whatever case they are from.
   */
  public String setupLabel(ResultRow row) {
    return varying.stream()
        .filter(part -> part != CONFIG)
        .map(part -> part == POLICY ? row.policy() : part.apply(row))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /** Different values of {@code what} in the rows, in order of appearance. */
  public <T> List<T> distinct(Function<ResultRow, T> what) {
    return rows.stream().map(what).distinct().toList();
  }

  /**
   * What tells a row's setup from others of the sweep: only what varies, for example {@code 32 KiB
   * / 512 KiB, cycles}; empty if nothing varies but the network.
   */
  public String label(ResultRow row) {
    return varying.stream()
        .map(part -> part.apply(row))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(", "));
  }
}
