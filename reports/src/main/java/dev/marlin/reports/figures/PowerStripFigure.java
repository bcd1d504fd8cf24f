package dev.marlin.reports.figures;

import dev.marlin.reports.published.PublishedLayers;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Report;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Power over time, a band for each layer; beneath it the board's, where one was published. */
final class PowerStripFigure implements NetworkFigure {
  private static final int WIDTH = 980;
  private static final int LEFT = 64;
  private static final int RIGHT = 24;
  private static final int STRIP = 150;
  private static final int HEAD = 34;
  private static final int FOOT = 48;
  private static final double TOP_MILLIWATTS = 60;

  /** A layer: where it begins is the sum of those before. */
  record Band(String name, String type, double milliseconds, double milliwatts) {}

  /** One strip. */
  record Strip(String title, List<Band> bands) {
    double milliseconds() {
      return bands.stream().mapToDouble(Band::milliseconds).sum();
    }
  }

  @Override
  public Optional<Drawing> draw(Report report, String model) {
    Optional<ResultRow> best = report.results().bestOnGap8(model);
    if (best.isEmpty() || best.get().measured().layers().size() < 2) {
      return Optional.empty();
    }
    List<Strip> strips = data(report, best.get());
    return Optional.of(
        new Drawing(
            "power-" + NetworkFigure.file(model),
            "Power over time",
            model
                + ": power by the model at 100 MHz, 1.0 V, layer by layer; the area is energy. Without I/O domain and HyperRAM."
                + (strips.size() > 1
                    ? " Beneath: the published board run of the same network (power measured; board layers that stand for several are spread over their places)."
                    : ""),
            WIDTH,
            strips.size() * (HEAD + STRIP + FOOT) + 26,
            graphics -> paint(graphics, strips)));
  }

  static List<Strip> data(Report report, ResultRow row) {
    List<Strip> strips = new ArrayList<>();
    List<Band> ours = new ArrayList<>();
    for (LayerRow layer : row.measured().layers()) {
      ours.add(
          new Band(
              layer.index() + " " + layer.type(),
              layer.type(),
              layer.cycles() / 1e5, // at 100 MHz
              report.power().milliwatts(layer)));
    }
    strips.add(new Strip("Marlin, " + row.configuration() + ", power model", ours));
    report
        .published()
        .layers(row.model())
        .ifPresent(
            published ->
                strips.add(
                    new Strip(published.source().system() + ", measured", board(published, row))));
    return strips;
  }

  private static List<Band> board(PublishedLayers published, ResultRow row) {
    List<Band> bands = new ArrayList<>();
    for (int i = 0; i < row.measured().layers().size(); i++) {
      int layer = i;
      published.rows().stream()
          .filter(r -> r.layers().contains(layer))
          .findFirst()
          .ifPresent(
              r ->
                  bands.add(
                      new Band(
                          layer + " " + row.measured().layers().get(layer).type(),
                          row.measured().layers().get(layer).type(),
                          r.milliseconds(),
                          r.milliwatts())));
    }
    return bands;
  }

  private static void paint(Graphics2D graphics, List<Strip> strips) {
    Pen pen = new Pen(graphics);
    double longest = strips.stream().mapToDouble(Strip::milliseconds).max().orElse(1);
    double scale = (WIDTH - LEFT - RIGHT) / longest;
    int y = 0;
    List<String> types =
        strips.stream().flatMap(s -> s.bands().stream()).map(Band::type).distinct().toList();
    for (Strip strip : strips) {
      strip(pen, strip, y, scale, types);
      y += HEAD + STRIP + FOOT;
    }
    double x = LEFT;
    for (String type : types) {
      pen.fill(x, y + 2, 12, 12, color(types, type));
      pen.text(type, x + 18, y + 13, 0, Style.PLAIN, Style.INK);
      x += 40 + Pen.width(type, Style.PLAIN);
    }
  }

  private static void strip(Pen pen, Strip strip, int top, double scale, List<String> types) {
    double mj =
        strip.bands().stream().mapToDouble(b -> b.milliseconds() * b.milliwatts()).sum() / 1e3;
    pen.text(
        strip.title()
            + ": "
            + Units.decimal(strip.milliseconds(), 1)
            + " ms, "
            + Units.decimal(mj, 2)
            + " mJ",
        LEFT,
        top + 22,
        0,
        Style.BOLD,
        Style.INK);
    int bottom = top + HEAD + STRIP;
    for (int mw = 0; mw <= TOP_MILLIWATTS; mw += 20) {
      double y = bottom - STRIP * mw / TOP_MILLIWATTS;
      pen.line(LEFT, y, WIDTH - RIGHT, y, Style.GRID, 1);
      pen.text("" + mw, LEFT - 8, y + 4, 1, Style.SMALL, Style.INK);
    }
    pen.upright("mW", 22, bottom - STRIP / 2.0, Style.PLAIN, Style.INK);
    double x = LEFT;
    for (Band band : strip.bands()) {
      double w = band.milliseconds() * scale;
      double h = STRIP * Math.min(band.milliwatts(), TOP_MILLIWATTS) / TOP_MILLIWATTS;
      pen.fill(x, bottom - h, Math.max(0.5, w - 0.6), h, color(types, band.type()));
      if (w > 14) {
        boolean fits = Pen.width(band.name(), Style.SMALL) < h - 8;
        if (fits) {
          pen.upright(band.name(), x + w / 2 + 4, bottom - h / 2, Style.SMALL, new Color(0xFEFEFE));
        }
      }
      x += w;
    }
    double step = step((WIDTH - LEFT - RIGHT) / scale);
    for (double t = 0; t * scale <= WIDTH - LEFT - RIGHT; t += step) {
      pen.line(LEFT + t * scale, bottom, LEFT + t * scale, bottom + 4, Style.SOFT, 1);
      pen.text(Ticks.plain(t), LEFT + t * scale, bottom + 18, 0.5, Style.SMALL, Style.INK);
    }
    pen.text("ms", WIDTH - RIGHT, bottom + 34, 1, Style.SMALL, Style.INK);
  }

  private static double step(double range) {
    double raw = range / 8;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double[] steps = {1, 2, 5, 10};
    for (double step : steps) {
      if (raw <= step * power) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static Color color(List<String> types, String type) {
    Color[] colors = {
      Style.PALETTE[0],
      Style.PALETTE[3],
      Style.PALETTE[2],
      new Color(0x8A4F7D),
      new Color(0x5C5F66),
      new Color(0x946200)
    };
    return colors[types.indexOf(type) % colors.length];
  }
}
