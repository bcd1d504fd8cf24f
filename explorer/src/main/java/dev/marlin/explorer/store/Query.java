package dev.marlin.explorer.store;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a question in SQL comes to. Nothing can be changed by one.
 *
 * @param columns their names
 * @param rows a value for each column: a String, Long, Double, or null
 */
public record Query(List<String> columns, List<List<@Nullable Object>> rows) {

  /**
   * Asks the results of a folder, which another process may be writing.
   *
   * @throws StoreException if there are none
   * @throws IllegalArgumentException if SQLite does not understand the question; the message says
   *     what there is to ask for
   */
  public static Query ask(Path folder, String sql) {
    try (Database database = Database.openToRead(ResultStore.fileIn(folder));
        Statement statement = database.statement()) {
      if (!statement.execute(sql)) {
        return new Query(List.of(), List.of());
      }
      try (ResultSet rows = statement.getResultSet()) {
        return read(rows);
      }
    } catch (SQLException e) {
      String reason = String.valueOf(e.getMessage()).replaceFirst("(?s).*\\((.*)\\)\\s*", "$1");
      throw new IllegalArgumentException(
          "query: "
              + reason
              + "; there are the views results, layer_results and front, and the tables sweeps,"
              + " sweep_points, points, runs, layers, failures and retries",
          e);
    }
  }

  private static Query read(ResultSet rows) throws SQLException {
    ResultSetMetaData data = rows.getMetaData();
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= data.getColumnCount(); i++) {
      columns.add(data.getColumnLabel(i));
    }
    List<List<@Nullable Object>> all = new ArrayList<>();
    while (rows.next()) {
      @Nullable Object[] row = new Object[columns.size()];
      for (int i = 0; i < row.length; i++) {
        row[i] = value(rows.getObject(i + 1));
      }
      all.add(Arrays.asList(row));
    }
    return new Query(List.copyOf(columns), all);
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    }
    return value instanceof byte[] bytes ? bytes.length + " bytes" : value;
  }

  /** As CSV, RFC 4180, with a head. */
  public String toCsv() {
    StringBuilder csv =
        new StringBuilder(String.join(",", columns.stream().map(Export::cell).toList()));
    csv.append('\n');
    for (List<@Nullable Object> row : rows) {
      csv.append(String.join(",", row.stream().map(Export::cell).toList())).append('\n');
    }
    return csv.toString();
  }
}
