package dev.marlin.reports.figures;

import java.util.Collection;
import org.knowm.xchart.XYChart;

/** Both axes of a scatter alike and logarithmic, with a band about the diagonal. */
final class Diagonal {
  private Diagonal() {}

  static void draw(XYChart chart, Collection<double[]> points, double band) {
    double low = Double.POSITIVE_INFINITY;
    double high = 0;
    for (double[] point : points) {
      low = Math.min(low, Math.min(point[0], point[1]));
      high = Math.max(high, Math.max(point[0], point[1]));
    }
    low = Math.pow(10, Math.floor(Math.log10(low)));
    high = Math.pow(10, Math.ceil(Math.log10(high)));
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setXAxisMin(low).setXAxisMax(high).setYAxisMin(low).setYAxisMax(high);
    Ticks.engineering(chart.getStyler());
    double[] x = {low * (1 + band), high / (1 + band)};
    Style.guide(
        chart.addSeries(
            "±" + Math.round(100 * band) + " %",
            x,
            new double[] {x[0] * (1 + band), x[1] * (1 + band)}),
        Style.SOFT);
    Style.guide(
            chart.addSeries("below", x, new double[] {x[0] / (1 + band), x[1] / (1 + band)}),
            Style.SOFT)
        .setShowInLegend(false);
  }
}
