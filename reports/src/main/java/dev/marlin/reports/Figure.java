package dev.marlin.reports;

import java.util.List;
import java.util.Optional;
import org.knowm.xchart.internal.chartpart.IChart;

/** One kind of figure. A new one is a class of its own and a line in {@link ReportWriter}. */
interface Figure {

  /** Name of its files, without the ending. */
  String file();

  /** What the reader sees and what was left out, in a sentence or two. */
  String caption(List<ResultRow> rows);

  /** The drawing, or empty if {@code rows} hold nothing to draw. */
  Optional<? extends IChart> draw(List<ResultRow> rows);
}
