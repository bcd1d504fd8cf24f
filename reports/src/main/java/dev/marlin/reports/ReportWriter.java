package dev.marlin.reports;

import static java.nio.charset.StandardCharsets.UTF_8;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.internal.chartpart.IChart;
import tech.tablesaw.api.Table;

/**
 * Writes the report of a sweep into a folder:
 *
 * <pre>
 *   index.html            the answer, the figures, every point
 *   points/KEY.html       one point, layer by layer
 *   points.csv points.md  the table of points
 *   NAME.svg NAME.png     the figures
 * </pre>
 *
 * The pages need nothing but each other: no network, no server. Only correct points stand as
 * performance anywhere.
 */
public final class ReportWriter {

  private static final List<Figure> FIGURES = List.of(new ModelFigure());

  private final Configuration templates;

  public ReportWriter() {
    templates = new Configuration(Configuration.VERSION_2_3_34);
    templates.setClassForTemplateLoading(ReportWriter.class, "/dev/marlin/reports");
    templates.setDefaultEncoding(UTF_8.name());
    templates.setLocale(Locale.ROOT);
    templates.setNumberFormat("computer");
    templates.setRecognizeStandardFileExtensions(true); // .ftlh escapes by itself
    templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    templates.setLogTemplateExceptions(false);
  }

  /** A figure as a page shows it. */
  public record DrawnFigure(String file, String caption) {}

  /**
   * Writes the report; files that are there already are replaced whole or not at all.
   *
   * @param rows all points, in the order in which the table is to list them
   * @param folder made if missing
   * @return the page to open first
   * @throws UncheckedIOException if the folder cannot be written
   */
  public Path write(List<ResultRow> rows, ReportInfo info, Path folder) {
    try {
      Files.createDirectories(folder.resolve("points"));
      List<DrawnFigure> figures = new ArrayList<>();
      for (Figure figure : FIGURES) {
        Optional<? extends IChart> chart = figure.draw(rows);
        if (chart.isPresent()) {
          put(folder.resolve(figure.file() + ".svg"), ChartEncoder.getBytes(chart.get(), "SVG"));
          put(folder.resolve(figure.file() + ".png"), ChartEncoder.getBytes(chart.get(), "PNG"));
          figures.add(new DrawnFigure(figure.file(), figure.caption(rows)));
        }
      }
      Table points = PointTable.of(rows);
      StringWriter csv = new StringWriter();
      points.write().csv(csv);
      put(folder.resolve("points.csv"), csv.toString().getBytes(UTF_8));
      put(folder.resolve("points.md"), Markdown.of(points).getBytes(UTF_8));
      for (ResultRow row : rows) {
        put(
            folder.resolve("points/" + row.key() + ".html"),
            page("point.ftlh", Map.of("row", row, "info", info)));
      }
      Map<String, Object> index =
          Map.of("rows", rows, "info", info, "figures", figures, "summary", Summary.of(rows));
      Path page = folder.resolve("index.html");
      put(page, page("index.ftlh", index));
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] page(String template, Map<String, Object> values) throws IOException {
    StringWriter text = new StringWriter();
    try {
      templates.getTemplate(template).process(values, text);
    } catch (TemplateException e) {
      throw new IllegalStateException(template + ": " + e.getMessageWithoutStackTop(), e);
    }
    return text.toString().getBytes(UTF_8);
  }

  private static void put(Path file, byte[] bytes) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    Files.write(whole, bytes);
    Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
