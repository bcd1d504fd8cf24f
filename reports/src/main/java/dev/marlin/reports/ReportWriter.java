package dev.marlin.reports;

import dev.marlin.reports.figures.Drawing;
import dev.marlin.reports.figures.Figure;
import dev.marlin.reports.figures.NetworkFigure;
import dev.marlin.reports.pages.PageNames;
import dev.marlin.reports.pages.Pages;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.NetworkTable;
import dev.marlin.reports.tables.PointTable;
import dev.marlin.reports.tables.ReportTable;
import dev.marlin.reports.tables.Sheet;
import dev.marlin.reports.tables.SheetFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Writes the report of a sweep into a folder:
 *
 * <pre>
 *   index.html             the answer, figures, tables, every point
 *   networks/NAME.html     one network
 *   points/KEY.html        one point, layer by layer
 *   figures/NAME.svg .png  the figures, and -dark.svg for dark pages
 *   tables/NAME.csv .md .tex
 *   points.csv points.md   the table of points
 * </pre>
 *
 * The pages need nothing but each other: no network, no server. Rows ({@link ResultRow}) become
 * {@link Results}; with what others published they are a {@link Report}; from that each {@link
 * Figure}, {@link NetworkFigure} and {@link ReportTable} takes what it shows.
 */
public final class ReportWriter {
  private final Pages pages = new Pages();

  /**
   * Writes the report; files that are there already are replaced whole or not at all.
   *
   * @param folder made if missing
   * @return the page to open first
   * @throws UncheckedIOException if the folder cannot be written
   */
  public Path write(Results results, Path folder) {
    Report report = Report.of(results);
    try {
      for (String part : List.of("points", "networks", "figures", "tables")) {
        Files.createDirectories(folder.resolve(part));
      }
      List<Drawing> figures =
          Figure.ALL.stream().flatMap(figure -> figure.draw(report).stream()).toList();
      figures.parallelStream().forEach(drawing -> Output.draw(drawing, folder.resolve("figures")));
      List<Sheet> sheets =
          ReportTable.ALL.stream().flatMap(table -> table.of(report).stream()).toList();
      for (Sheet sheet : sheets) {
        write(sheet, folder.resolve("tables"));
      }
      Sheet points = PointTable.of(report);
      write(points, folder.resolve("tables"));
      for (String ending : List.of("csv", "md")) {
        Files.copy(
            folder.resolve("tables/points." + ending),
            folder.resolve("points." + ending),
            StandardCopyOption.REPLACE_EXISTING);
      }
      results.byModel().keySet().parallelStream().forEach(model -> network(report, model, folder));
      results.rows().parallelStream()
          .forEach(
              row ->
                  Output.put(
                      folder.resolve("points/" + row.key() + ".html"), pages.point(report, row)));
      Output.put(folder.resolve("report.css"), pages.styleSheet());
      Path page = folder.resolve("index.html");
      Output.put(page, pages.index(report, figures, sheets));
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void network(Report report, String model, Path folder) {
    List<Drawing> figures =
        NetworkFigure.ALL.stream().flatMap(figure -> figure.draw(report, model).stream()).toList();
    figures.forEach(drawing -> Output.draw(drawing, folder.resolve("figures")));
    Output.put(
        folder.resolve(PageNames.network(model)),
        pages.network(report, model, figures, List.of(NetworkTable.of(report, model))));
  }

  private static void write(Sheet sheet, Path folder) {
    for (SheetFormat format : SheetFormat.ALL) {
      Output.put(folder.resolve(sheet.file() + "." + format.ending()), format.write(sheet));
    }
  }
}
