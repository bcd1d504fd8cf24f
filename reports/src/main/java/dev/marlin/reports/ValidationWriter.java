package dev.marlin.reports;

import dev.marlin.reports.figures.Drawing;
import dev.marlin.reports.figures.ValidationFigure;
import dev.marlin.reports.published.Published;
import dev.marlin.reports.rows.SecondOpinion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Draws how far our simulator is from other executors of the same programs, and from boards. */
public final class ValidationWriter {
  /**
   * Writes {@code validation} and {@code validation-difference} as SVG, as SVG for dark pages, and
   * as PNG.
   *
   * @param opinions programs that ran elsewhere
   * @param folder made if missing
   * @return the figures that there are
   * @throws UncheckedIOException if the folder cannot be written
   */
  public List<Drawing> write(List<SecondOpinion> opinions, Path folder) {
    List<Drawing> drawings = ValidationFigure.of(opinions, Published.load());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    drawings.forEach(drawing -> Output.draw(drawing, folder));
    return drawings;
  }
}
