package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.sweep.PointOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The results for other programs: {@code results.csv}, one row a point, and {@code layers.csv}, one
 * row a layer of a point. Columns carry their units; what is not known is empty. Cycles stand in
 * rows whose status is CORRECT only: a wrong run has no performance.
 */
public final class CsvExport {
  private static final List<String> POINTS =
      List.of(
          "point",
          "model",
          "l1_bytes",
          "l2_bytes",
          "l3_bytes",
          "cores",
          "clock_hertz",
          "tiling",
          "heuristics",
          "toolchain",
          "requantization",
          "executor",
          "status",
          "kind",
          "message",
          "cycles",
          "macs",
          "mac_per_cycle",
          "milliseconds",
          "millijoules",
          "mismatches",
          "level",
          "layer",
          "missing_bytes",
          "reused",
          "host_seconds");
  private static final List<String> LAYERS =
      List.of(
          "point",
          "layer",
          "name",
          "type",
          "cycles",
          "macs",
          "mac_per_cycle",
          "tile",
          "tiles",
          "l1_bytes",
          "l3_bytes",
          "predicted_cycles",
          "correct");

  private CsvExport() {}

  /** Writes both files into a folder, each whole or not at all. */
  public static void write(List<PointOutcome> outcomes, Path folder) throws IOException {
    StringBuilder points = new StringBuilder(String.join(",", POINTS)).append('\n');
    StringBuilder layers = new StringBuilder(String.join(",", LAYERS)).append('\n');
    for (PointOutcome outcome : outcomes) {
      line(points, point(outcome));
      RunReport run = outcome.failure() == null ? outcome.run() : null;
      if (run != null) {
        run.layers().forEach(layer -> line(layers, layer(outcome.key(), layer)));
      }
    }
    put(folder.resolve("results.csv"), points);
    put(folder.resolve("layers.csv"), layers);
  }

  private static List<@Nullable Object> point(PointOutcome outcome) {
    PointOptions options = outcome.point().options();
    Failure failure = outcome.failure();
    RunReport run = outcome.run();
    RunReport good = failure == null ? run : null;
    List<@Nullable Object> cells = new ArrayList<>();
    cells.add(outcome.key());
    cells.add(outcome.point().model().name());
    cells.add(options.l1Bytes());
    cells.add(options.l2Bytes());
    cells.add(options.l3Bytes());
    cells.add(options.cores());
    cells.add(options.clockHertz());
    cells.add(options.tiling());
    cells.add(
        String.join(
            " ",
            options.heuristics().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .toList()));
    cells.add(options.toolchain());
    cells.add(options.requantization());
    cells.add(options.executor());
    cells.add(outcome.status());
    cells.add(failure == null ? null : failure.kind());
    cells.add(failure == null ? null : failure.message());
    cells.add(good == null ? null : good.cycles());
    cells.add(good == null ? null : good.macs());
    cells.add(good == null ? null : good.macPerCycle());
    cells.add(good == null ? null : good.milliseconds());
    cells.add(good == null ? null : number(good.millijoules()));
    cells.add(run == null ? null : run.mismatches());
    cells.add(failure == null ? null : failure.level());
    cells.add(failure == null ? null : failure.layer());
    cells.add(failure == null || failure.missingBytes() == 0 ? null : failure.missingBytes());
    cells.add(outcome.build() == null ? null : outcome.build().reused());
    cells.add(outcome.hostSeconds());
    return cells;
  }

  private static @Nullable Double number(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  private static List<@Nullable Object> layer(String point, LayerReport layer) {
    return List.of(
        point,
        layer.index(),
        layer.name(),
        layer.type(),
        layer.cycles(),
        layer.macs(),
        layer.macPerCycle(),
        layer.tile(),
        layer.tiles(),
        layer.l1Bytes(),
        layer.l3Bytes(),
        layer.predictedCycles(),
        layer.correct());
  }

  private static void line(StringBuilder csv, List<@Nullable Object> cells) {
    for (int i = 0; i < cells.size(); i++) {
      csv.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
    }
    csv.append('\n');
  }

  /** RFC 4180. */
  private static String cell(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private static void put(Path file, CharSequence text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
