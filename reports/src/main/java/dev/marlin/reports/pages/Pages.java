package dev.marlin.reports.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marlin.reports.figures.Drawing;
import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Comparison;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet;
import dev.marlin.reports.tables.SheetFormat;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The templates: values in, HTML out. Every value is escaped by FreeMarker itself. */
public final class Pages {
  private final Configuration templates;

  public Pages() {
    templates = new Configuration(Configuration.VERSION_2_3_34);
    templates.setClassForTemplateLoading(Pages.class, "");
    templates.setDefaultEncoding(UTF_8.name());
    templates.setLocale(Locale.ROOT);
    templates.setNumberFormat("computer");
    templates.setRecognizeStandardFileExtensions(true); // .ftlh escapes by itself
    templates.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
    templates.setLogTemplateExceptions(false);
    templates.setFallbackOnNullLoopVariable(false);
  }

  /** The index: the answer, figures, tables, all points, provenance. */
  public String index(Report report, List<Drawing> figures, List<Sheet> sheets) {
    Results results = report.results();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("info", results.info());
    values.put("counts", counts(results));
    values.put("answer", Answer.of(report));
    values.put("memory", Answer.memory(results));
    values.put("heuristics", Answer.heuristics(results));
    values.put("figures", figures);
    values.put("sheets", sheets);
    values.put("formats", SheetFormat.ALL);
    values.put("sources", report.published().sources());
    values.put("networks", results.byModel().keySet().stream().map(Pages::link).toList());
    values.put("points", PointIndex.json(report));
    values.put("script", resource("index.js"));
    return page("index.ftlh", values);
  }

  private static List<String> link(String model) {
    return List.of(model, PageNames.network(model));
  }

  private static String counts(Results results) {
    StringBuilder text = new StringBuilder();
    text.append(results.rows().size())
        .append(results.rows().size() == 1 ? " point: " : " points: ");
    String separator = "";
    for (Outcome outcome : Outcome.values()) {
      long count = results.count(outcome);
      if (count > 0) {
        text.append(separator).append(count).append(' ').append(outcome.words());
        separator = ", ";
      }
    }
    return text.toString();
  }

  /** A network: its figures, its points from the best on. */
  public String network(Report report, String model, List<Drawing> figures, List<Sheet> sheets) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("info", report.results().info());
    values.put("model", model);
    values.put("figures", figures);
    values.put("sheets", sheets);
    values.put(
        "memory",
        Answer.memory(report.results()).stream().filter(s -> s.startsWith(model + ": ")).toList());
    return page("network.ftlh", values);
  }

  /** One point. */
  public String point(Report report, ResultRow row) {
    return page(
        "point.ftlh", Map.of("info", report.results().info(), "p", new PointPage(report, row)));
  }

  /** Before and after. */
  public String comparison(String before, String after, Comparison comparison, Sheet sheet) {
    return page(
        "comparison.ftlh",
        Map.of("before", before, "after", after, "summary", Answer.of(comparison), "sheet", sheet));
  }

  /** The style sheet that all pages share. */
  public String styleSheet() {
    return resource("report.css");
  }

  private String page(String template, Map<String, Object> values) {
    StringWriter text = new StringWriter(1 << 14);
    try {
      templates.getTemplate(template).process(values, text);
    } catch (TemplateException e) {
      throw new IllegalStateException(template + ": " + e.getMessageWithoutStackTop(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String resource(String name) {
    try (InputStream in = Pages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
