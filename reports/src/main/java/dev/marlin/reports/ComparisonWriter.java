package dev.marlin.reports;

import dev.marlin.reports.pages.Pages;
import dev.marlin.reports.studies.Comparison;
import dev.marlin.reports.tables.ComparisonTable;
import dev.marlin.reports.tables.Sheet;
import dev.marlin.reports.tables.SheetFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what got faster or slower between two sweeps: a page and the table in all formats. */
public final class ComparisonWriter {
  /**
   * Writes {@code compare.html} and the table.
   *
   * @param before name of the first sweep, for people
   * @param after name of the second
   * @param folder made if missing
   * @return the page
   * @throws UncheckedIOException if the folder cannot be written
   */
  public Path write(Comparison comparison, String before, String after, Path folder) {
    Sheet sheet = ComparisonTable.of(comparison);
    Pages pages = new Pages();
    try {
      Files.createDirectories(folder);
      for (SheetFormat format : SheetFormat.ALL) {
        Files.writeString(
            folder.resolve(sheet.file() + "." + format.ending()), format.write(sheet));
      }
      Files.writeString(folder.resolve("report.css"), pages.styleSheet());
      Path page = folder.resolve("compare.html");
      Files.writeString(page, pages.comparison(before, after, comparison, sheet));
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
