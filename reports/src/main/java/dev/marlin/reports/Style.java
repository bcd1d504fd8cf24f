package dev.marlin.reports;

import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * The one look of all figures: white paper, thin grid, colours that the colour-blind can tell
 * apart.
 */
final class Style {

  /** Okabe and Ito's palette; the eighth is a grey, for their yellow is lost on white paper. */
  private static final Color[] PALETTE = {
    new Color(0x0072B2), new Color(0xE69F00), new Color(0x009E73), new Color(0xD55E00),
    new Color(0x56B4E9), new Color(0xCC79A7), new Color(0x000000), new Color(0x999999)
  };

  private static final int SIZE = 13;

  private Style() {}

  static void apply(CategoryChart chart) {
    Font plain = new Font(Font.SANS_SERIF, Font.PLAIN, SIZE);
    chart
        .getStyler()
        .setSeriesColors(PALETTE)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Vertical)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(plain);
    AxesChartStyler axes = chart.getStyler();
    axes.setPlotGridVerticalLinesVisible(false)
        .setPlotGridLinesColor(new Color(0xDDDDDD))
        .setAxisTitleFont(plain)
        .setAxisTickLabelsFont(plain)
        .setAxisTitlePadding(8);
    axes.setPlotBorderVisible(false);
  }
}
