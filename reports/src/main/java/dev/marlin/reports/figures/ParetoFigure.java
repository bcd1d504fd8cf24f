package dev.marlin.reports.figures;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.studies.Pareto;
import dev.marlin.reports.studies.Report;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** All points of a network and its Pareto front: memory against cycles or energy. */
final class ParetoFigure implements NetworkFigure {
  private static final int MOST_SERIES = 6;

  /** What the memory is paid for with. */
  enum Quantity {
    CYCLES("cycles", "Mcycles"),
    ENERGY("energy", "energy [mJ]");

    private final String file;
    private final String axis;

    Quantity(String file, String axis) {
      this.file = file;
      this.axis = axis;
    }
  }

  private final Quantity quantity;

  ParetoFigure(Quantity quantity) {
    this.quantity = quantity;
  }

  private double value(Report report, ResultRow row) {
    return quantity == Quantity.CYCLES ? row.cycles() / 1e6 : report.millijoules(row);
  }

  @Override
  public Optional<Drawing> draw(Report report, String model) {
    List<ResultRow> rows =
        report.results().correct(model).stream()
            .filter(row -> !Double.isNaN(value(report, row)))
            .toList();
    if (rows.stream().map(r -> r.setup().memoryBytes()).distinct().count() < 2) {
      return Optional.empty();
    }
    ToDoubleFunction<ResultRow> kib = row -> row.setup().memoryBytes() / 1024.0;
    ToDoubleFunction<ResultRow> y = row -> value(report, row);
    XYChart chart = Style.points("L1 + L2 [KiB]", quantity.axis);
    chart.getStyler().setXAxisDecimalPattern("#,##0");
    Map<String, List<ResultRow>> series = new LinkedHashMap<>();
    boolean byPolicy = rows.stream().map(r -> r.setup().policy()).distinct().count() <= MOST_SERIES;
    for (ResultRow row : rows) {
      series
          .computeIfAbsent(
              byPolicy ? row.setup().policy() : row.setup().tiling(),
              p -> new java.util.ArrayList<>())
          .add(row);
    }
    List<ResultRow> front = Pareto.front(rows, kib, y);
    Style.guide(
        chart.addSeries(
            "Pareto front",
            front.stream().mapToDouble(kib).toArray(),
            front.stream().mapToDouble(y).toArray()),
        Style.INK);
    int index = 0;
    for (Map.Entry<String, List<ResultRow>> entry : series.entrySet()) {
      List<ResultRow> points = entry.getValue();
      var drawn =
          Style.scatter(
              chart.addSeries(
                  entry.getKey(),
                  points.stream().mapToDouble(kib).toArray(),
                  points.stream().mapToDouble(y).toArray()));
      drawn.setMarkerColor(Style.PALETTE[index % Style.PALETTE.length]);
      drawn.setMarker(
          List.of(
                  SeriesMarkers.CIRCLE,
                  SeriesMarkers.SQUARE,
                  SeriesMarkers.TRIANGLE_UP,
                  SeriesMarkers.DIAMOND)
              .get(index % 4));
      index++;
    }
    Style.legend(chart);
    String clock = report.clock(rows.get(0));
    return Optional.of(
        Drawing.of(
            "pareto-" + quantity.file + "-" + NetworkFigure.file(model),
            quantity == Quantity.CYCLES ? "Memory and cycles" : "Memory and energy",
            model
                + ": every correct point; on the dashed line no other needs less memory and "
                + (quantity == Quantity.CYCLES
                    ? "fewer cycles."
                    : "less energy. Energy by the power model at the points' clock ("
                        + clock
                        + "), without I/O domain and HyperRAM."),
            chart));
  }
}
