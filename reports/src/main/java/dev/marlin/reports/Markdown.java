package dev.marlin.reports;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A table in GitHub's Markdown: numbers to the right, missing values empty, nothing in a cell can
 * end it.
 */
final class Markdown {

  private Markdown() {}

  static String of(Table table) {
    StringBuilder text = new StringBuilder();
    line(text, table.columns().stream().map(c -> escape(c.name())).collect(Collectors.toList()));
    line(
        text,
        table.columns().stream()
            .map(c -> isNumber(c) ? "---:" : "---")
            .collect(Collectors.toList()));
    for (int row = 0; row < table.rowCount(); row++) {
      int r = row;
      line(
          text,
          IntStream.range(0, table.columnCount())
              .mapToObj(c -> cell(table.column(c), r))
              .collect(Collectors.toList()));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, Iterable<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String cell(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return "";
    }
    return column instanceof DoubleColumn numbers
        ? Units.decimal(numbers.getDouble(row), 3)
        : escape(column.getUnformattedString(row));
  }

  private static boolean isNumber(Column<?> column) {
    return !column.type().equals(ColumnType.STRING);
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replaceAll("\\s+", " ");
  }
}
