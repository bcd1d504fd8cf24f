package dev.marlin.reports.studies;

import dev.marlin.reports.energy.OperatingPoint;
import dev.marlin.reports.energy.PowerModel;
import dev.marlin.reports.published.Published;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import java.util.List;
import java.util.Optional;

/**
 * All that tables, figures and pages are made from.
 *
 * @param results our rows
 * @param published what others published
 * @param power model of the chip's power
 * @param operatingPoints where time and energy are stated
 */
public record Report(
    Results results, Published published, PowerModel power, List<OperatingPoint> operatingPoints) {

  /** Rows with the published results, power model and operating points that ship. */
  public static Report of(Results results) {
    Published published = Published.load();
    return new Report(results, published, PowerModel.shipped(), OperatingPoint.all());
  }

  /** The supply that a row's clock needs: the slowest operating point that reaches it. */
  public Optional<OperatingPoint> operatingPoint(ResultRow row) {
    return OperatingPoint.reaching(row.setup().clockHertz(), operatingPoints);
  }

  /** Energy of one inference at the row's own clock; NaN if no operating point has it. */
  public double millijoules(ResultRow row) {
    return operatingPoint(row)
        .map(point -> power.millijoules(row.measured(), point))
        .orElse(Double.NaN);
  }

  /** The row's clock and supply, for example {@code 100 MHz, 1.0 V}. */
  public String clock(ResultRow row) {
    return row.setup().clock() + operatingPoint(row).map(p -> ", " + p.volts() + " V").orElse("");
  }
}
