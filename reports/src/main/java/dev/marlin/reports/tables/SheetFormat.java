package dev.marlin.reports.tables;

import java.util.List;

/** How a table is written to a file. A new format is one class and a line in {@link #ALL}. */
public interface SheetFormat {
  /** All formats that reports are written in, beside the HTML of the pages. */
  List<SheetFormat> ALL = List.of(new CsvFormat(), new MarkdownFormat(), new LatexFormat());

  /** Ending of its files, for example {@code csv}. */
  String ending();

  /** For people, for example {@code LaTeX}. */
  String name();

  /** The whole file. */
  String write(Sheet sheet);
}
