package dev.marlin.reports.figures;

import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Report;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Cycles by L1 and L2; where nothing fits, the cell is hatched and names the level. */
final class HeatMapFigure implements NetworkFigure {
  private static final int CELL_WIDTH = 104;
  private static final int CELL_HEIGHT = 46;
  private static final int LEFT = 100;
  private static final int TOP = 16;
  private static final int BOTTOM = 92;

  /** Not quite black and white, which dark pages turn. */
  private static final Color DARK_TEXT = new Color(0x010101);

  private static final Color LIGHT_TEXT = new Color(0xFEFEFE);

  /** Less than a quarter more cycles is no dark colour. */
  private static final double SPREAD = Math.log(1.25);

  private static final Color FAST = new Color(0xFDF3D0);
  private static final Color SLOW = new Color(0x00306F);

  /**
   * One cell.
   *
   * @param cycles of the fastest correct point; 0: none
   * @param words what to say instead
   */
  record Cell(long cycles, String words) {}

  @Override
  public Optional<Drawing> draw(Report report, String model) {
    List<ResultRow> rows = report.results().byModel().getOrDefault(model, List.of());
    Map<Long, Map<Long, Cell>> data = data(rows);
    TreeSet<Long> l2 = new TreeSet<>();
    data.values().forEach(line -> l2.addAll(line.keySet()));
    if (data.size() < 2 || l2.size() < 2 || rows.stream().noneMatch(ResultRow::isCorrect)) {
      return Optional.empty();
    }
    int width = LEFT + CELL_WIDTH * l2.size() + 30;
    int height = TOP + CELL_HEIGHT * data.size() + BOTTOM;
    return Optional.of(
        new Drawing(
            "heat-map-" + NetworkFigure.file(model),
            "Cycles by L1 and L2",
            model
                + ": Mcycles of the fastest point of each pair of memories. Hatched: no point fits (the level that is"
                + " too small, and by how much), or none has a correct result.",
            Math.max(width, 420),
            height,
            graphics -> paint(graphics, data, List.copyOf(l2))));
  }

  /** Cells by L1 and L2, large L1 first. */
  static Map<Long, Map<Long, Cell>> data(List<ResultRow> rows) {
    Map<Long, Map<Long, Cell>> data = new TreeMap<>(java.util.Comparator.reverseOrder());
    for (ResultRow row : rows) {
      data.computeIfAbsent(row.setup().l1Bytes(), l -> new TreeMap<>())
          .merge(row.setup().l2Bytes(), cell(row), HeatMapFigure::better);
    }
    return data;
  }

  private static Cell cell(ResultRow row) {
    if (row.isCorrect()) {
      return new Cell(row.cycles(), "");
    }
    if (row.outcome() == Outcome.INFEASIBLE) {
      String level = row.problem().level().isEmpty() ? "memory" : row.problem().level();
      long missing = row.problem().missingBytes();
      return new Cell(0, level + (missing > 0 ? " -" + inKib(missing) : " too small"));
    }
    return new Cell(0, row.outcome().words());
  }

  private static String inKib(long bytes) {
    return bytes >= 1024 ? Units.decimal(bytes / 1024.0, 1) + " KiB" : bytes + " B";
  }

  private static Cell better(Cell a, Cell b) {
    if (a.cycles() == 0 || b.cycles() == 0) {
      return a.cycles() == 0 ? b : a;
    }
    return a.cycles() <= b.cycles() ? a : b;
  }

  private static void paint(Graphics2D graphics, Map<Long, Map<Long, Cell>> data, List<Long> l2) {
    Pen pen = new Pen(graphics);
    long[] range = {Long.MAX_VALUE, 0};
    data.values()
        .forEach(
            line ->
                line.values().stream()
                    .filter(cell -> cell.cycles() > 0)
                    .forEach(
                        cell -> {
                          range[0] = Math.min(range[0], cell.cycles());
                          range[1] = Math.max(range[1], cell.cycles());
                        }));
    int y = TOP;
    for (Map.Entry<Long, Map<Long, Cell>> line : data.entrySet()) {
      pen.text(
          Units.bytes(line.getKey()),
          LEFT - 10,
          y + CELL_HEIGHT / 2.0 + 5,
          1,
          Style.PLAIN,
          Style.INK);
      for (int i = 0; i < l2.size(); i++) {
        Cell cell = line.getValue().get(l2.get(i));
        int x = LEFT + i * CELL_WIDTH;
        if (cell != null && cell.cycles() > 0) {
          double share =
              Math.log((double) cell.cycles() / range[0])
                  / Math.max(SPREAD, Math.log((double) range[1] / range[0]));
          pen.fill(x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2, mix(share));
          pen.text(
              Units.decimal(cell.cycles() / 1e6, cell.cycles() < 10_000_000 ? 3 : 2),
              x + CELL_WIDTH / 2.0,
              y + CELL_HEIGHT / 2.0 + 5,
              0.5,
              Style.PLAIN,
              share > 0.45 ? LIGHT_TEXT : DARK_TEXT);
        } else if (cell != null) {
          pen.hatch(x + 2, y + 2, CELL_WIDTH - 4, CELL_HEIGHT - 4, Style.GRID);
          double w = Pen.width(cell.words(), Style.SMALL) + 8;
          pen.fill(x + (CELL_WIDTH - w) / 2, y + CELL_HEIGHT / 2.0 - 9, w, 18, Style.PAPER);
          pen.text(
              cell.words(),
              x + CELL_WIDTH / 2.0,
              y + CELL_HEIGHT / 2.0 + 4,
              0.5,
              Style.SMALL,
              Style.INK);
        }
      }
      y += CELL_HEIGHT;
    }
    for (int i = 0; i < l2.size(); i++) {
      pen.text(
          Units.bytes(l2.get(i)),
          LEFT + (i + 0.5) * CELL_WIDTH,
          y + 20,
          0.5,
          Style.PLAIN,
          Style.INK);
    }
    pen.text("L2", LEFT + l2.size() * CELL_WIDTH / 2.0, y + 40, 0.5, Style.PLAIN, Style.INK);
    pen.upright("L1", 18, TOP + data.size() * CELL_HEIGHT / 2.0, Style.PLAIN, Style.INK);
    legend(pen, y + 56, range);
  }

  private static void legend(Pen pen, int y, long[] range) {
    // The scale ends where its darkest colour is.
    range[1] = Math.max(range[1], Math.round(range[0] * Math.exp(SPREAD)));
    int width = 160;
    for (int i = 0; i < width; i++) {
      pen.fill(LEFT + 50 + i, y, 1.2, 12, mix(i / (double) width));
    }
    pen.text(Units.decimal(range[0] / 1e6, 2), LEFT + 44, y + 11, 1, Style.SMALL, Style.INK);
    pen.text(
        Units.decimal(range[1] / 1e6, 2) + " Mcycles",
        LEFT + 56 + width,
        y + 11,
        0,
        Style.SMALL,
        Style.INK);
  }

  private static Color mix(double share) {
    return new Color(
        mix(FAST.getRed(), SLOW.getRed(), share),
        mix(FAST.getGreen(), SLOW.getGreen(), share),
        mix(FAST.getBlue(), SLOW.getBlue(), share));
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + (to - from) * Math.min(1, Math.max(0, share)));
  }
}
