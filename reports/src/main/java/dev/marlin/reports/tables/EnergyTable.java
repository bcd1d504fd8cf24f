package dev.marlin.reports.tables;

import dev.marlin.reports.energy.OperatingPoint;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.List;

/** Time and energy of the best points at all operating points. */
final class EnergyTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    Sheet sheet =
        new Sheet("energy", "Time and energy of the fastest points at operating points")
            .text("network")
            .text("operating point")
            .text("clock")
            .number("time [ms]", 2, Best.NONE)
            .number("frames/s", 1, Best.NONE)
            .number("energy [mJ]", 3, Best.NONE)
            .number("power [mW]", 1, Best.NONE)
            .number("pJ/MAC", 1, Best.LOWEST);
    for (String model : report.results().byModel().keySet()) {
      report
          .results()
          .best(model)
          .ifPresent(
              row -> {
                for (OperatingPoint point : report.operatingPoints()) {
                  double ms = point.milliseconds(row.cycles());
                  double mj = report.power().millijoules(row.measured(), point);
                  boolean own =
                      point.clusterMegahertz() * 1e6 == row.setup().clockHertz()
                          && point.controllerMegahertz() == point.clusterMegahertz();
                  sheet.linkedRow(
                      "points/" + row.key() + ".html",
                      model,
                      point.name(),
                      own
                          ? point.clock()
                          : new Sheet.Noted(
                              point.clock(),
                              "Cycles were measured with FC and cluster at "
                                  + row.setup().clock()
                                  + "; at these clocks L3 takes another number of cycles."),
                      ms,
                      1e3 / ms,
                      mj,
                      1e3 * mj / ms,
                      row.measured().macs() > 0 ? 1e9 * mj / row.measured().macs() : Double.NaN);
                }
              });
    }
    return sheet.size() == 0
        ? List.of()
        : List.of(
            sheet.note(
                "Energy by the power model: without the I/O domain and HyperRAM. Power scales with the square of the supply and with the cluster's clock."));
  }
}
