package dev.marlin.reports.figures;

import dev.marlin.reports.studies.Report;
import java.util.List;
import java.util.Optional;

/** A kind of figure of one network. A new one is a class and a line in {@link #ALL}. */
public interface NetworkFigure {
  /** All figures of a network's page, in order. */
  List<NetworkFigure> ALL =
      List.of(
          new ParetoFigure(ParetoFigure.Quantity.CYCLES),
          new ParetoFigure(ParetoFigure.Quantity.ENERGY),
          new HeatMapFigure(),
          new LayerFigure(),
          new RooflineFigure(),
          new PowerStripFigure());

  /** The figure of a network; empty if there is nothing to draw. */
  Optional<Drawing> draw(Report report, String model);

  /** A network's name as part of a file's name. */
  static String file(String model) {
    String plain = model.replaceAll("[^A-Za-z0-9._-]", "_");
    // Names that differ must not become one; a name may begin with a dot.
    return plain.equals(model) && !plain.startsWith(".")
        ? plain
        : "m" + Integer.toHexString(model.hashCode()) + "_" + plain;
  }
}
