package dev.marlin.reports.figures;

import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;

/** Labels of axes. */
final class Ticks {
  private Ticks() {}

  /** An axis of doublings: labels at whole powers of two only. */
  static void powersOfTwo(AxesChartStyler styler) {
    styler.setXAxisTickLabelsFormattingFunction(
        power ->
            Math.abs(power - Math.rint(power)) < 1e-6 ? plain(Math.rint(Math.pow(2, power))) : " ");
  }

  /** Plain numbers with k, M and G on both logarithmic axes. */
  static void engineering(AxesChartStyler styler) {
    styler.setXAxisTickLabelsFormattingFunction(Ticks::engineering);
    styler.setYAxisTickLabelsFormattingFunction(Ticks::engineering);
  }

  static String plain(Double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", value.longValue())
        : String.format(Locale.ROOT, "%.2g", value);
  }

  static String engineering(Double value) {
    double v = value;
    if (v >= 1e9) {
      return trim(v / 1e9) + "G";
    }
    if (v >= 1e6) {
      return trim(v / 1e6) + "M";
    }
    return v >= 1e3 ? trim(v / 1e3) + "k" : trim(v);
  }

  private static String trim(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, value < 0.1 ? "%.3f" : "%.1f", value);
  }
}
