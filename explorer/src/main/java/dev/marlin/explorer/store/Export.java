package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.WholeFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results for other programs, tidy, as CSV and as Parquet: {@code results}, one row a point,
 * and {@code layers}, one row a layer of a correct point. Columns carry their units; what is not
 * known is empty. Cycles stand in rows whose status is CORRECT only: a wrong run has no
 * performance.
 */
public final class Export {
  private Export() {}

  /** Writes all four files into a folder, each whole or not at all. */
  public static void write(StoredSweep sweep, Path folder) throws IOException {
    List<ExportRow> rows = ExportRow.of(sweep);
    List<ExportTables.Layer> layers = ExportTables.layersOf(rows);
    WholeFile.write(folder.resolve("results.csv"), file -> csv(file, ExportTables.RESULTS, rows));
    WholeFile.write(folder.resolve("layers.csv"), file -> csv(file, ExportTables.LAYERS, layers));
    WholeFile.write(
        folder.resolve("results.parquet"),
        file -> ParquetFile.write(file, "results", ExportTables.RESULTS, rows));
    WholeFile.write(
        folder.resolve("layers.parquet"),
        file -> ParquetFile.write(file, "layers", ExportTables.LAYERS, layers));
  }

  private static <T> void csv(Path file, List<Column<T>> columns, List<T> rows) throws IOException {
    try (BufferedWriter csv = Files.newBufferedWriter(file)) {
      csv.write(String.join(",", columns.stream().map(Column::name).toList()));
      csv.write('\n');
      for (T row : rows) {
        for (int i = 0; i < columns.size(); i++) {
          csv.write(i == 0 ? "" : ",");
          csv.write(cell(columns.get(i).value().apply(row)));
        }
        csv.write('\n');
      }
    }
  }

  /** RFC 4180. */
  static String cell(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
