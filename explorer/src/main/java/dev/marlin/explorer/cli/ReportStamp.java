package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.WholeFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a report was made of, and its files with size and time: a report of which nothing has
 * changed, neither rows nor Marlin nor a file, need not be made again. It is a file beside the
 * report, {@value #FILE}; one that is damaged says that the report is not the same.
 */
final class ReportStamp {
  static final String FILE = "report.stamp";

  /** Folders and files of a report and the exports; a results folder holds more. */
  private static final List<String> PARTS =
      List.of(
          "index.html",
          "report.css",
          "points.csv",
          "points.md",
          "results.csv",
          "results.parquet",
          "layers.csv",
          "layers.parquet",
          "points",
          "networks",
          "figures",
          "tables");

  private final Path folder;

  ReportStamp(Path folder) {
    this.folder = folder;
  }

  /** Forgets the report, because it is going to be made. */
  void remove() throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }

  /** Remembers a report that has just been made. */
  void write(String madeOf) throws IOException {
    WholeFile.write(folder.resolve(FILE), part -> Files.writeString(part, text(madeOf)));
  }

  /** Whether the report that is there was made of {@code madeOf}, and no file changed since. */
  boolean says(String madeOf) {
    try {
      byte[] known = Files.readAllBytes(folder.resolve(FILE));
      return new String(known, StandardCharsets.UTF_8).equals(text(madeOf));
    } catch (IOException e) {
      return false;
    }
  }

  private String text(String madeOf) throws IOException {
    List<String> lines = new ArrayList<>(List.of(madeOf));
    for (String part : PARTS) {
      Path place = folder.resolve(part);
      if (Files.exists(place)) {
        try (Stream<Path> files = Files.walk(place)) {
          for (Path path : files.filter(Files::isRegularFile).sorted().toList()) {
            File file = path.toFile();
            lines.add(file.length() + " " + file.lastModified() + " " + folder.relativize(path));
          }
        }
      }
    }
    return String.join("\n", lines) + "\n";
  }
}
