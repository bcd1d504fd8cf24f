package dev.marlin.reports.pages;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The data of the table of all points: JSON that the index page sorts, filters and shows in pieces,
 * so that it is soon there for any number of points. Options that never vary have no column.
 */
final class PointIndex {
  /**
   * A column.
   *
   * @param name with its unit
   * @param key word for conditions of the filter, for example {@code cycles<1e6}
   * @param digits decimals of numbers; -1 for text
   * @param value of a row; null: none
   */
  private record Column(
      String name, String key, int digits, Function<ResultRow, @Nullable Object> value) {}

  private PointIndex() {}

  static String json(Report report) {
    Results results = report.results();
    List<Column> columns = columns(report);
    StringBuilder text = new StringBuilder("{\"columns\":[");
    String separator = "";
    for (Column column : columns) {
      text.append(separator).append('[');
      Json.append(text, column.name());
      text.append(',');
      Json.append(text, column.key());
      text.append(',').append(column.digits()).append(']');
      separator = ",";
    }
    text.append("],\"rows\":[");
    separator = "";
    for (ResultRow row : results.rows()) {
      text.append(separator).append('[');
      Json.append(text, row.key());
      for (Column column : columns) {
        text.append(',');
        Json.append(text, column.value().apply(row));
      }
      text.append(',');
      Json.append(text, row.problem().message());
      text.append(']');
      separator = ",\n";
    }
    return text.append("]}").toString();
  }

  private static List<Column> columns(Report report) {
    Results results = report.results();
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("network", "network", -1, ResultRow::model));
    varying(columns, results, new Column("case", "case", -1, ResultRow::config));
    columns.add(new Column("L1 [KiB]", "l1", 2, r -> r.setup().l1Bytes() / 1024.0));
    columns.add(new Column("L2 [KiB]", "l2", 2, r -> r.setup().l2Bytes() / 1024.0));
    varying(columns, results, new Column("L3 [KiB]", "l3", 2, r -> r.setup().l3Bytes() / 1024.0));
    columns.add(new Column("cores", "cores", 0, r -> (long) r.setup().cores()));
    columns.add(new Column("tiling", "tiling", -1, r -> r.setup().policy()));
    varying(columns, results, new Column("executor", "executor", -1, r -> r.setup().executor()));
    varying(
        columns,
        results,
        new Column("requantization", "requantization", -1, r -> r.setup().requantization()));
    varying(columns, results, new Column("toolchain", "toolchain", -1, r -> r.setup().toolchain()));
    varying(columns, results, new Column("chip", "chip", -1, r -> r.setup().chip()));
    columns.add(new Column("outcome", "outcome", -1, r -> r.outcome().words()));
    columns.add(new Column("cycles", "cycles", 0, r -> r.isCorrect() ? r.cycles() : null));
    columns.add(new Column("MAC/cycle", "mac", 2, r -> r.isCorrect() ? r.macPerCycle() : null));
    columns.add(new Column("clock [MHz]", "clock", 2, r -> r.setup().clockHertz() / 1e6));
    columns.add(new Column("time [ms]", "ms", 3, r -> r.isCorrect() ? r.milliseconds() : null));
    columns.add(
        new Column("energy [mJ]", "mj", 3, r -> r.isCorrect() ? report.millijoules(r) : null));
    if (results.hasBaseline()) {
      columns.add(
          new Column(
              "speed-up",
              "speedup",
              2,
              r -> results.speedUp(r).isPresent() ? results.speedUp(r).getAsDouble() : null));
    }
    return columns;
  }

  private static void varying(List<Column> columns, Results results, Column column) {
    if (results.rows().stream().map(column.value()).distinct().count() > 1) {
      columns.add(column);
    }
  }
}
