package dev.marlin.reports.figures;

import dev.marlin.reports.studies.Report;
import java.util.List;

/** A kind of figure over all networks. A new one is a class and a line in {@link #ALL}. */
public interface Figure {
  /** All figures of the index page, in order. */
  List<Figure> ALL =
      List.of(
          new ConfigurationFigure(),
          new FamilyFigure(),
          new SpeedUpFigure(),
          new ParetoOverviewFigure(),
          new MemoryFigure("L1"),
          new MemoryFigure("L2"),
          new CoresFigure(),
          new AblationFigure(),
          new ParallelFigure(),
          new PredictionFigure(),
          new ValidationFigure());

  /** The figure for a report; empty if there is nothing to draw. */
  List<Drawing> draw(Report report);
}
