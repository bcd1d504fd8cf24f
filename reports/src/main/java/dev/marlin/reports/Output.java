package dev.marlin.reports;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marlin.reports.figures.Drawing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files whole or not at all. */
final class Output {
  private Output() {}

  /** Writes a figure as SVG, as SVG for dark pages, and as PNG. */
  static void draw(Drawing drawing, Path folder) {
    String svg = drawing.svg();
    put(folder.resolve(drawing.file() + ".svg"), svg);
    put(folder.resolve(drawing.file() + "-dark.svg"), Drawing.dark(svg));
    put(folder.resolve(drawing.file() + ".png"), drawing.png());
  }

  static void put(Path file, String text) {
    put(file, text.getBytes(UTF_8));
  }

  private static void put(Path file, byte[] bytes) {
    Path whole = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(whole, bytes);
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
