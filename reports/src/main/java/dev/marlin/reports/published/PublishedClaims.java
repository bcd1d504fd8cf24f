package dev.marlin.reports.published;

import java.util.List;

/**
 * Single numbers that others published.
 *
 * @param source where they are from
 * @param rows in order
 */
public record PublishedClaims(Source source, List<Row> rows) {
  public PublishedClaims {
    rows = List.copyOf(rows);
  }

  /**
   * One number.
   *
   * @param what it is of
   * @param value the number as published
   * @param unit of the number
   */
  public record Row(String what, String value, String unit) {}
}
