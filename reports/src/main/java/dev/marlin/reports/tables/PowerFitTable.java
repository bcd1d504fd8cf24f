package dev.marlin.reports.tables;

import dev.marlin.reports.energy.PowerModel;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Report;
import dev.marlin.reports.tables.Sheet.Best;
import java.util.List;

/** The power model against the board table that it is fitted to. */
final class PowerFitTable implements ReportTable {
  @Override
  public List<Sheet> of(Report report) {
    if (report.results().correct().isEmpty()) {
      return List.of();
    }
    PowerModel model = report.power();
    Sheet sheet =
        new Sheet("power-model", "The power model against DORY's board table (100 MHz, 1.0 V)")
            .text("layer")
            .number("MAC/cycle", 2, Best.NONE)
            .number("board [mW]", 1, Best.NONE)
            .number("model [mW]", 1, Best.NONE)
            .number("error [%]", 1, Best.NONE)
            .number("error, row left out of the fit [%]", 1, Best.NONE);
    for (PowerModel.FitRow row : model.fit()) {
      sheet.row(
          row.name(),
          row.macPerCycle(),
          row.milliwatts(),
          row.model(),
          100 * (row.model() / row.milliwatts() - 1),
          100 * (row.leftOut() / row.milliwatts() - 1));
    }
    return List.of(
        sheet
            .note(
                "mW = "
                    + Units.decimal(model.base(), 2)
                    + " + "
                    + Units.decimal(model.activity(), 2)
                    + " (1 - exp(-(MAC/cycle) / 2)) - "
                    + Units.decimal(-model.bus(), 2)
                    + " (share of the time that L3 is busy), least squares over 21 rows.")
            .note(
                "Mean error "
                    + Units.decimal(100 * model.meanError(), 1)
                    + " %, worst "
                    + Units.decimal(
                        100 * Math.abs(model.worst().model() / model.worst().milliwatts() - 1), 0)
                    + " % ("
                    + model.worst().name()
                    + "), mean error of rows left out "
                    + Units.decimal(100 * model.leaveOneOutError(), 1)
                    + " %; energy of the whole network "
                    + Units.decimal(100 * model.energyError(), 1)
                    + " %.")
            .note(
                "Left out: the I/O domain and HyperRAM, leakage, temperature. The table comes to 50 pJ/MAC, the paper's headline to 63: it counts what the table does not."));
  }
}
