package dev.marlin.reports.pages;

import dev.marlin.reports.rows.BufferRow;
import dev.marlin.reports.rows.CycleSplit;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.Measurement;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a point's page shows, as words and as rectangles. All that can be worked out is worked out
 * here: a report has tens of thousands of these pages, and templates are slow at arithmetic.
 */
public final class PointPage {
  private static final double WIDTH = 960;
  private static final double MAP_HEIGHT = 260;
  private static final double BAR_WIDTH = 160;
  private static final double NARROWEST = 0.4;

  private final Report report;
  private final ResultRow row;

  public PointPage(Report report, ResultRow row) {
    this.report = report;
    this.row = row;
  }

  /**
   * A rectangle of an inline drawing as SVG's path, which is one word for the template instead of
   * four; {@code kind} is its class, {@code words} its tooltip.
   */
  public record Box(String path, String kind, String words) {
    static Box of(double x, double y, double w, double h, String kind, String words) {
      String wide = Units.decimal(Math.max(NARROWEST, w), 1);
      return new Box(
          "M"
              + Units.decimal(x, 1)
              + " "
              + Units.decimal(y, 1)
              + "h"
              + wide
              + "v"
              + Units.decimal(Math.max(NARROWEST, h), 1)
              + "h-"
              + wide
              + "z",
          kind,
          words);
    }
  }

  /**
   * A layer as the table has it. Cells of numbers and the bar are markup already: nothing in them
   * is a name, and as single words for the template they took most of a report's time.
   */
  public record LayerLine(
      String index,
      String name,
      String type,
      String tile,
      String numbers,
      String bound,
      String bar) {}

  public ResultRow row() {
    return row;
  }

  public String title() {
    return row.model() + ", " + row.configuration();
  }

  /** Size of L2. */
  public String l2() {
    return Units.bytes(row.setup().l2Bytes());
  }

  public String network() {
    return PageNames.network(row.model());
  }

  /** The result in a line; empty if there is none. */
  public String headline() {
    if (!row.isCorrect()) {
      return "";
    }
    double mj = report.millijoules(row);
    return Units.count(row.cycles())
        + " cycles, "
        + Units.decimal(row.macPerCycle(), 2)
        + " MAC/cycle; "
        + Units.decimal(row.milliseconds(), 2)
        + " ms"
        + (Double.isNaN(mj) ? "" : " and " + Units.decimal(mj, 3) + " mJ (power model)")
        + " at "
        + report.clock(row);
  }

  /** Against the baseline; empty if there is none. */
  public String comparison() {
    Optional<ResultRow> base = report.results().baseline(row);
    if (!row.isCorrect() || base.isEmpty() || base.get().key().equals(row.key())) {
      return "";
    }
    return Units.decimal((double) base.get().cycles() / row.cycles(), 2)
        + " times as fast as its baseline, "
        + base.get().configuration();
  }

  /** Key of the baseline; empty if there is none. */
  public String baselineKey() {
    return comparison().isEmpty() ? "" : row.baselineKey();
  }

  private List<LayerRow> layerRows() {
    return row.measurement().map(Measurement::layers).orElse(List.of());
  }

  /** Whether the executor told where cycles went. */
  public boolean isSplit() {
    return !layerRows().isEmpty() && layerRows().stream().allMatch(l -> l.split().isPresent());
  }

  public List<LayerLine> layers() {
    long longest = layerRows().stream().mapToLong(LayerRow::cycles).max().orElse(1);
    boolean split = isSplit();
    List<LayerLine> lines = new ArrayList<>();
    for (LayerRow layer : layerRows()) {
      List<String> numbers = new ArrayList<>();
      numbers.add(Units.count(layer.tiles()));
      numbers.add(Units.count(layer.l1Bytes()));
      numbers.add(Units.count(layer.l3Bytes()));
      numbers.add(Units.count(layer.macs()));
      numbers.add(Units.count(layer.cycles()));
      numbers.add(Units.decimal(100.0 * layer.cycles() / row.cycles(), 1));
      if (split) {
        CycleSplit parts = layer.split().orElseThrow();
        numbers.add(Units.count(parts.compute()));
        numbers.add(Units.count(parts.dmaWait()));
        numbers.add(Units.count(parts.l3Wait()));
        numbers.add(Units.count(parts.overhead()));
      }
      numbers.add(layer.macs() > 0 ? Units.decimal(layer.macPerCycle(), 2) : "–");
      numbers.add(
          layer.predictedCycles() > 0 && layer.cycles() > 0
              ? Units.decimal(100.0 * layer.predictedCycles() / layer.cycles() - 100, 1)
              : "–");
      lines.add(
          new LayerLine(
              Integer.toString(layer.index()),
              layer.name(),
              layer.type(),
              layer.tile(),
              cells(numbers),
              layer.bound(),
              paths(bar(layer, longest))));
    }
    return lines;
  }

  private static String cells(List<String> numbers) {
    StringBuilder text = new StringBuilder(32 * numbers.size());
    numbers.forEach(number -> text.append("<td class=\"n\">").append(number).append("</td>"));
    return text.toString();
  }

  private static String paths(List<Box> boxes) {
    StringBuilder text = new StringBuilder(64 * boxes.size());
    boxes.forEach(
        box ->
            text.append("<path d=\"")
                .append(box.path())
                .append("\" class=\"")
                .append(box.kind())
                .append("\"/>"));
    return text.toString();
  }

  private static List<Box> bar(LayerRow layer, long longest) {
    double scale = BAR_WIDTH / Math.max(1, longest);
    if (layer.split().isEmpty()) {
      return List.of(Box.of(0, 0, layer.cycles() * scale, 12, "p0", Units.count(layer.cycles())));
    }
    CycleSplit split = layer.split().get();
    long[] parts = {split.compute(), split.dmaWait(), split.l3Wait(), split.overhead()};
    List<Box> boxes = new ArrayList<>();
    double x = 0;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] > 0) {
        boxes.add(
            Box.of(
                x, 0, parts[i] * scale, 12, "p" + i, PARTS.get(i) + " " + Units.count(parts[i])));
      }
      x += parts[i] * scale;
    }
    return boxes;
  }

  private static final List<String> PARTS = List.of("compute", "DMA wait", "L3 wait", "overhead");

  /** Layers over time; each is as wide as it is long and has its parts below each other. */
  public List<Box> timeline() {
    double scale = row.isCorrect() ? WIDTH / row.cycles() : 0;
    List<Box> boxes = new ArrayList<>();
    double x = 0;
    for (LayerRow layer : layerRows()) {
      double w = layer.cycles() * scale;
      String words =
          layer.index() + " " + layer.name() + ": " + Units.count(layer.cycles()) + " cycles";
      if (layer.split().isPresent()) {
        CycleSplit split = layer.split().get();
        long[] parts = {split.compute(), split.dmaWait(), split.l3Wait(), split.overhead()};
        double y = 60;
        for (int i = 0; i < parts.length; i++) {
          double h = 60.0 * parts[i] / Math.max(1, split.sum());
          y -= h;
          if (parts[i] > 0) {
            boxes.add(
                Box.of(
                    x,
                    y,
                    Math.max(NARROWEST, w - 0.5),
                    h,
                    "p" + i,
                    words + ", " + PARTS.get(i) + " " + Units.count(parts[i])));
          }
        }
      } else {
        boxes.add(
            Box.of(
                x,
                0,
                Math.max(NARROWEST, w - 0.5),
                60,
                layer.index() % 2 == 0 ? "p0" : "p4",
                words));
      }
      x += w;
    }
    return boxes;
  }

  /** What lies in L2 and when: time to the right as in {@link #timeline}, offset upwards. */
  public List<Box> memory() {
    List<BufferRow> buffers = row.measurement().map(Measurement::l2Map).orElse(List.of());
    if (buffers.isEmpty()) {
      return List.of();
    }
    List<LayerRow> layers = layerRows();
    double[] starts = new double[layers.size() + 1];
    for (int i = 0; i < layers.size(); i++) {
      starts[i + 1] = starts[i] + layers.get(i).cycles() * WIDTH / row.cycles();
    }
    double scale = MAP_HEIGHT / Math.max(1, row.setup().l2Bytes());
    List<Box> boxes = new ArrayList<>();
    for (BufferRow buffer : buffers) {
      int first = Math.min(Math.max(0, buffer.firstLayer()), layers.size() - 1);
      int last = Math.min(Math.max(first, buffer.lastLayer()), layers.size() - 1);
      String kind =
          buffer.what().contains("constants") || buffer.what().contains("weights") ? "p1" : "p0";
      boxes.add(
          Box.of(
              starts[first],
              MAP_HEIGHT - (buffer.offset() + buffer.bytes()) * scale,
              starts[last + 1] - starts[first],
              buffer.bytes() * scale,
              kind,
              buffer.what()
                  + ": "
                  + Units.count(buffer.bytes())
                  + " B at "
                  + Units.count(buffer.offset())
                  + ", layers "
                  + first
                  + " to "
                  + last));
    }
    return boxes;
  }

  /** Where everything is from: pairs of name and value. */
  public List<List<String>> provenance() {
    List<List<String>> pairs = new ArrayList<>();
    add(pairs, "case", row.config());
    add(pairs, "L3", Units.bytes(row.setup().l3Bytes()));
    add(pairs, "toolchain", row.setup().toolchain());
    add(pairs, "requantization", row.setup().requantization());
    add(pairs, "executor", row.setup().executor());
    add(pairs, "differs from GAP8", row.setup().chip());
    add(pairs, "chip", row.provenance().chip());
    add(pairs, "compiler", row.provenance().compiler());
    add(pairs, "compiler flags", row.provenance().compilerFlags());
    add(pairs, "program (SHA-256)", row.provenance().programHash());
    add(pairs, "L3 image (SHA-256)", row.provenance().imageHash());
    add(pairs, "Marlin", row.provenance().version());
    add(pairs, "commit", row.provenance().commit());
    add(pairs, "host", row.provenance().host());
    add(
        pairs,
        "instructions",
        row.measurement()
            .filter(m -> m.instructions() > 0)
            .map(m -> Units.count(m.instructions()))
            .orElse(""));
    return pairs;
  }

  private static void add(List<List<String>> pairs, String name, String value) {
    if (!value.isEmpty()) {
      pairs.add(List.of(name, value));
    }
  }
}
