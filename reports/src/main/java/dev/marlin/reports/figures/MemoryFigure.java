package dev.marlin.reports.figures;

import dev.marlin.reports.studies.MemoryStudy;
import dev.marlin.reports.studies.Report;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** What more of one memory buys: cycles by size, the other memory as large as it gets. */
final class MemoryFigure implements Figure {
  private static final int MOST = 8;
  private final String level;

  MemoryFigure(String level) {
    this.level = level;
  }

  @Override
  public List<Drawing> draw(Report report) {
    Map<String, MemoryStudy.Curve> curves = new LinkedHashMap<>();
    for (MemoryStudy.Answer answer : MemoryStudy.of(report.results())) {
      answer.curves().stream()
          .filter(curve -> curve.level().equals(level) && curves.size() < MOST)
          .forEach(curve -> curves.put(answer.model(), curve));
    }
    if (curves.isEmpty()) {
      return List.of();
    }
    XYChart chart = Style.points(level + " [KiB]", "cycles / cycles of the fastest size");
    long least = curves.values().stream().mapToLong(c -> c.cycles().firstKey()).min().orElse(1024);
    long most = curves.values().stream().mapToLong(c -> c.cycles().lastKey()).max().orElse(1024);
    curves.forEach(
        (model, curve) -> {
          double fastest = curve.cycles().values().stream().mapToLong(c -> c).min().orElseThrow();
          chart.addSeries(
              model,
              curve.cycles().keySet().stream().mapToDouble(MemoryFigure::place).toArray(),
              curve.cycles().values().stream().mapToDouble(c -> c / fastest).toArray());
        });
    Style.guide(
        chart.addSeries(
            "within 5 %",
            new double[] {place(least), place(most)},
            new double[] {1 + MemoryStudy.NEARLY, 1 + MemoryStudy.NEARLY}),
        Style.SOFT);
    Ticks.powersOfTwo(chart.getStyler());
    Style.legend(chart);
    return List.of(
        Drawing.of(
            "memory-" + level.toLowerCase(java.util.Locale.ROOT),
            "What " + level + " buys",
            "Cycles of the fastest point for each size of "
                + level
                + ", the other memory as large as it gets; the knee is where a curve falls below the dashed line.",
            chart));
  }

  /** Doublings of 1 KiB: the chart's own logarithmic axis has no labels but powers of ten. */
  private static double place(long bytes) {
    return Math.log(bytes / 1024.0) / Math.log(2);
  }
}
