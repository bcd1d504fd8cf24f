package dev.marlin.reports.tables;

import java.io.StringWriter;
import tech.tablesaw.io.csv.CsvWriteOptions;

/** Comma-separated values with full precision; missing values are empty. */
final class CsvFormat implements SheetFormat {
  @Override
  public String ending() {
    return "csv";
  }

  @Override
  public String name() {
    return "CSV";
  }

  @Override
  public String write(Sheet sheet) {
    StringWriter text = new StringWriter();
    sheet.table().write().csv(CsvWriteOptions.builder(text).build());
    return text.toString();
  }
}
