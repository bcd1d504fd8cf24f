package dev.marlin.reports;

import dev.marlin.reports.rows.BufferRow;
import dev.marlin.reports.rows.CycleSplit;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.Measurement;
import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.Problem;
import dev.marlin.reports.rows.Provenance;
import dev.marlin.reports.rows.ReportInfo;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rows as tests need them. */
public final class Rows {
  private static final Provenance PROVENANCE =
      new Provenance("1.0", "abc", "clang 20", "-O3", "aa", "bb", "gap8", "host");

  private Rows() {}

  public static ReportInfo info(String title, int size) {
    return new ReportInfo(
        title,
        "a description",
        "1.0",
        "abc",
        "explore test.yaml",
        "host",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:01:00Z",
        "the baseline",
        size,
        "name: test");
  }

  public static Results results(ResultRow... rows) {
    return results(List.of(rows));
  }

  public static Results results(List<ResultRow> rows) {
    return new Results(info("test sweep", rows.size()), rows);
  }

  /** A correct point of two layers whose cycles add up to {@code cycles}; 10,000 MACs. */
  public static ResultRow correct(String key, String model, Setup setup, long cycles) {
    return correct(key, model, setup, cycles, "");
  }

  public static ResultRow correct(
      String key, String model, Setup setup, long cycles, String baselineKey) {
    return with(key, model, setup, layers(cycles, 2), cycles, baselineKey);
  }

  public static ResultRow with(
      String key, String model, Setup setup, List<LayerRow> layers, long cycles, String baseline) {
    return new ResultRow(
        key,
        model,
        "",
        setup,
        Outcome.CORRECT,
        Problem.NONE,
        Optional.of(
            new Measurement(
                cycles, 10_000, 5, layers, List.of(new BufferRow("input", 0, 1024, 0, 0)))),
        baseline,
        "explore run " + model,
        PROVENANCE);
  }

  /** {@code count} layers of two kinds with equal cycles. */
  public static List<LayerRow> layers(long cycles, int count) {
    List<LayerRow> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long part = i == count - 1 ? cycles - cycles / count * (count - 1) : cycles / count;
      long wait = part / 4;
      layers.add(
          new LayerRow(
              i,
              "layer" + i,
              i % 2 == 0 ? "pointwise" : "depthwise",
              part,
              10_000 / count,
              "8x16x32",
              3,
              40_000,
              20_000,
              i * 512L,
              part + 5,
              Optional.of(new CycleSplit(part - 2 * wait, wait, wait, 0))));
    }
    return layers;
  }

  public static ResultRow bad(
      String key, String model, Setup setup, Outcome outcome, String message) {
    boolean fits = outcome != Outcome.INFEASIBLE;
    return new ResultRow(
        key,
        model,
        "",
        setup,
        outcome,
        new Problem(
            outcome.words(), message, fits ? "" : "L1", fits ? "" : "layer0", fits ? 0 : 12),
        Optional.empty(),
        "",
        "explore run " + model,
        Provenance.UNKNOWN);
  }

  /** GAP8 with other memories, in KiB. */
  public static Setup memories(long l1, long l2) {
    return Setup.gap8().withMemories(l1 << 10, l2 << 10);
  }
}
