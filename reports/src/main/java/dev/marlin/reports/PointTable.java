package dev.marlin.reports;

import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * All design points as a Tablesaw table, one row a point, units in the heads. A point without a
 * performance has missing values in its columns, so that no mean or minimum ever counts it.
 */
final class PointTable {

  static final String MODEL = "model";
  static final String CYCLES = "cycles";
  static final String MAC_PER_CYCLE = "MAC/cycle";

  private PointTable() {}

  static Table of(List<ResultRow> rows) {
    StringColumn key = StringColumn.create("point");
    StringColumn model = StringColumn.create(MODEL);
    LongColumn l1 = LongColumn.create("L1 [B]");
    LongColumn l2 = LongColumn.create("L2 [B]");
    IntColumn cores = IntColumn.create("cores");
    StringColumn tiling = StringColumn.create("tiling");
    StringColumn executor = StringColumn.create("executor");
    StringColumn outcome = StringColumn.create("outcome");
    LongColumn cycles = LongColumn.create(CYCLES);
    LongColumn macs = LongColumn.create("MACs");
    DoubleColumn macPerCycle = DoubleColumn.create(MAC_PER_CYCLE);
    DoubleColumn milliseconds = DoubleColumn.create("time [ms]");
    DoubleColumn millijoules = DoubleColumn.create("energy [mJ]");
    StringColumn message = StringColumn.create("message");
    for (ResultRow row : rows) {
      key.append(row.key());
      model.append(row.model());
      l1.append(row.l1Bytes());
      l2.append(row.l2Bytes());
      cores.append(row.cores());
      tiling.append(row.tiling());
      executor.append(row.executor());
      outcome.append(row.outcome().words());
      message.append(row.message());
      if (row.isCorrect()) {
        cycles.append(row.cycles());
        macs.append(row.macs());
        macPerCycle.append(row.macPerCycle());
        milliseconds.append(row.milliseconds());
        if (Double.isNaN(row.millijoules())) {
          millijoules.appendMissing();
        } else {
          millijoules.append(row.millijoules());
        }
      } else {
        cycles.appendMissing();
        macs.appendMissing();
        macPerCycle.appendMissing();
        milliseconds.appendMissing();
        millijoules.appendMissing();
      }
    }
    return Table.create(
        "points",
        key,
        model,
        l1,
        l2,
        cores,
        tiling,
        executor,
        outcome,
        cycles,
        macs,
        macPerCycle,
        milliseconds,
        millijoules,
        message);
  }
}
