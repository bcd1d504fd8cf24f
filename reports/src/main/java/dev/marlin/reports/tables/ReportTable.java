package dev.marlin.reports.tables;

import dev.marlin.reports.studies.Report;
import java.util.List;

/** A kind of table. A new one is a class and a line in {@link #ALL}. */
public interface ReportTable {
  /** All tables of the index page, in order. */
  List<ReportTable> ALL =
      List.of(
          new BestTable(),
          new EndToEndTable(),
          new FamilyTable(),
          new SingleLayerTable(),
          new BoardLayerTable(),
          new HeuristicTable(),
          new MemoryTable(),
          new EnergyTable(),
          new PowerFitTable(),
          new ClaimTable(),
          new ProblemTable(),
          new SetupTable());

  /** The table for a report; empty if there is nothing to put into it. */
  List<Sheet> of(Report report);
}
