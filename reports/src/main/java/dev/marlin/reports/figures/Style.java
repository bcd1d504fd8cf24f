package dev.marlin.reports.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The one look of all figures: white paper, thin grid, colours and markers that the colour-blind
 * can tell apart, in print as well.
 */
final class Style {
  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x1A1A1A);
  static final Color GRID = new Color(0xDDDDDD);
  static final Color SOFT = new Color(0x6B7178);

  /** Okabe and Ito's palette; a grey stands for their yellow, which is lost on white paper. */
  static final Color[] PALETTE = {
    new Color(0x0072B2),
    new Color(0xE69F00),
    new Color(0x009E73),
    new Color(0xD55E00),
    new Color(0x56B4E9),
    new Color(0xCC79A7),
    INK,
    new Color(0x999999)
  };

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_DOWN,
    SeriesMarkers.CROSS,
    SeriesMarkers.PLUS,
    SeriesMarkers.OVAL
  };

  /** What a legend needs beside a name. */
  private static final int LEGEND_MARK = 48;

  static final int WIDTH = 760;
  static final int HEIGHT = 460;
  static final int SIZE = 13;
  static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, SIZE);
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
  static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, SIZE);

  private Style() {}

  /** Where the cycles of a layer go: one colour each, the same in all figures and pages. */
  static Color part(int index) {
    return PALETTE[new int[] {0, 1, 3, 7}[index]];
  }

  static CategoryChart categories(String x, String y, int width, int height) {
    CategoryChart chart =
        new CategoryChartBuilder().width(width).height(height).xAxisTitle(x).yAxisTitle(y).build();
    apply(chart.getStyler());
    axes(chart.getStyler());
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setAvailableSpaceFill(0.8).setOverlapped(false);
    return chart;
  }

  static XYChart points(String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(x).yAxisTitle(y).build();
    apply(chart.getStyler());
    axes(chart.getStyler());
    chart.getStyler().setMarkerSize(7);
    return chart;
  }

  private static void apply(Styler styler) {
    styler
        .setSeriesColors(PALETTE)
        .setSeriesMarkers(MARKERS)
        .setChartBackgroundColor(PAPER)
        .setPlotBackgroundColor(PAPER)
        .setChartFontColor(INK)
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setLegendBorderColor(PAPER)
        .setLegendBackgroundColor(PAPER)
        .setLegendFont(PLAIN)
        .setLegendPadding(12)
        .setChartTitleVisible(false)
        .setPlotBorderVisible(false)
        .setAnnotationTextFont(SMALL)
        .setAnnotationTextFontColor(INK);
  }

  private static void axes(AxesChartStyler axes) {
    axes.setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setAxisTitleFont(PLAIN)
        .setAxisTickLabelsFont(PLAIN)
        .setAxisTickLabelsColor(INK)
        .setAxisTickMarksColor(SOFT)
        .setPlotTicksMarksVisible(false)
        .setAxisTitlePadding(8);
  }

  /** Few bars are not as wide as the chart, and have their names level. */
  static void bars(CategoryChart chart, int categories) {
    chart.getStyler().setAvailableSpaceFill(categories < 3 ? 0.35 : 0.8);
    chart.getStyler().setXAxisLabelRotation(categories > 4 ? 60 : 0);
    chart.getStyler().setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
    chart.getStyler().setXAxisMaxLabelCount(Math.max(2, categories));
  }

  /** Long legends stand below each other. */
  static void legend(Chart<?, ?> chart) {
    List<String> names =
        chart.getSeriesCollection().stream()
            .filter(Series::isShowInLegend)
            .map(Series::getName)
            .toList();
    double needed = names.stream().mapToDouble(name -> Pen.width(name, PLAIN) + LEGEND_MARK).sum();
    chart
        .getStyler()
        .setLegendLayout(
            needed > chart.getWidth() - 60 ? LegendLayout.Vertical : LegendLayout.Horizontal);
    chart.getStyler().setLegendVisible(names.size() > 1);
  }

  /** The legend inside of a chart whose top left corner is free. */
  static void legendInside(Chart<?, ?> chart) {
    chart
        .getStyler()
        .setLegendPosition(LegendPosition.InsideNW)
        .setLegendLayout(LegendLayout.Vertical)
        .setLegendBorderColor(GRID);
  }

  /** The legend beside a chart. */
  static void legendBeside(Chart<?, ?> chart) {
    chart
        .getStyler()
        .setLegendPosition(LegendPosition.OutsideE)
        .setLegendLayout(LegendLayout.Vertical);
  }

  /** Points without a line. */
  static XYSeries scatter(XYSeries series) {
    return series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
  }

  /** A thin dashed line without points, for bounds and guides; not in the legend. */
  static XYSeries guide(XYSeries series, Color color) {
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(
        new BasicStroke(
            1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 10, new float[] {5, 4}, 0));
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    return series;
  }
}
