package dev.marlin.reports.figures;

import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Report;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Every point as a line through its options and what they came to. */
final class ParallelFigure implements Figure {
  private static final int MOST = 400;
  private static final int WIDTH = 980;
  private static final int HEIGHT = 460;
  private static final int TOP = 54;
  private static final int BOTTOM = 40;
  private static final int SIDE = 96;
  private static final int MOST_LABELS = 18;

  /** One axis: the places of the lines, 0 at the bottom to 1, and the labels. */
  record Axis(String name, double[] places, List<String> labels, double[] labelPlaces) {}

  /** What is drawn: a line for each row and how good it is for its network. */
  record Data(List<Axis> axes, double[] shares) {}

  @Override
  public List<Drawing> draw(Report report) {
    Results results = report.results();
    List<ResultRow> rows = sample(results.correct());
    Data data = data(results, rows);
    if (rows.size() < 3 || data.axes().size() < 3) {
      return List.of();
    }
    String some =
        rows.size() < results.correct().size()
            ? " "
                + rows.size()
                + " of "
                + results.correct().size()
                + " points, evenly spread over the sweep."
            : "";
    return List.of(
        new Drawing(
            "parallel",
            "All points at once",
            "One line a correct point, through its options to its MAC/cycle; dark orange is the fastest of its network, pale blue the slowest."
                + some,
            WIDTH,
            HEIGHT,
            graphics -> paint(graphics, data)));
  }

  private static List<ResultRow> sample(List<ResultRow> rows) {
    return rows.size() <= MOST
        ? rows
        : IntStream.range(0, MOST)
            .mapToObj(i -> rows.get((int) ((long) i * rows.size() / MOST)))
            .toList();
  }

  static Data data(Results results, List<ResultRow> rows) {
    List<Axis> axes = new ArrayList<>();
    words(axes, "network", rows, ResultRow::model, Comparator.naturalOrder());
    numbers(axes, "L1", rows, r -> r.setup().l1Bytes(), Units::bytes);
    numbers(axes, "L2", rows, r -> r.setup().l2Bytes(), Units::bytes);
    numbers(axes, "cores", rows, r -> (long) r.setup().cores(), c -> "" + c);
    words(axes, "tiling", rows, ResultRow::policy, Comparator.naturalOrder());
    words(axes, "executor", rows, r -> r.setup().executor(), Comparator.naturalOrder());
    if (axes.isEmpty() || rows.isEmpty()) {
      return new Data(List.of(), new double[0]);
    }
    double high = rows.stream().mapToDouble(ResultRow::macPerCycle).max().orElse(1);
    double top = Math.max(1, Math.ceil(high));
    double[] places = rows.stream().mapToDouble(r -> r.macPerCycle() / top).toArray();
    double step = top > 8 ? 2 : 1;
    List<String> labels = new ArrayList<>();
    List<Double> labelPlaces = new ArrayList<>();
    for (double v = 0; v <= top; v += step) {
      labels.add("" + (long) v);
      labelPlaces.add(v / top);
    }
    axes.add(
        new Axis("MAC/cycle", places, labels, labelPlaces.stream().mapToDouble(p -> p).toArray()));
    double[] shares =
        rows.stream()
            .mapToDouble(
                row -> {
                  double best = results.best(row.model()).orElseThrow().cycles();
                  double worst =
                      results.correct(row.model()).stream()
                          .mapToLong(ResultRow::cycles)
                          .max()
                          .orElseThrow();
                  return worst == best ? 1 : (worst - row.cycles()) / (worst - best);
                })
            .toArray();
    return new Data(axes, shares);
  }

  private static void numbers(
      List<Axis> axes,
      String name,
      List<ResultRow> rows,
      Function<ResultRow, Long> value,
      Function<Long, String> label) {
    values(axes, name, rows, value, Comparator.naturalOrder(), label);
  }

  private static void words(
      List<Axis> axes,
      String name,
      List<ResultRow> rows,
      Function<ResultRow, String> value,
      Comparator<String> order) {
    values(
        axes,
        name,
        rows,
        value,
        order,
        text -> text.length() > 22 ? text.substring(0, 21) + "…" : text);
  }

  private static <T> void values(
      List<Axis> axes,
      String name,
      List<ResultRow> rows,
      Function<ResultRow, T> value,
      Comparator<T> order,
      Function<T, String> label) {
    List<T> values = rows.stream().map(value).distinct().sorted(order).toList();
    if (values.size() < 2) {
      return;
    }
    double last = values.size() - 1;
    double[] places =
        rows.stream().mapToDouble(row -> values.indexOf(value.apply(row)) / last).toArray();
    int every = (values.size() + MOST_LABELS - 1) / MOST_LABELS;
    List<Integer> shown =
        IntStream.range(0, values.size()).filter(i -> i % every == 0).boxed().toList();
    axes.add(
        new Axis(
            name,
            places,
            shown.stream().map(i -> label.apply(values.get(i))).toList(),
            shown.stream().mapToDouble(i -> i / last).toArray()));
  }

  private static void paint(Graphics2D graphics, Data data) {
    Pen pen = new Pen(graphics);
    int n = data.axes().size();
    double left = 176;
    double gap = (WIDTH - left - SIDE) / (n - 1.0);
    double range = HEIGHT - TOP - BOTTOM;
    Integer[] order = IntStream.range(0, data.shares().length).boxed().toArray(Integer[]::new);
    // The best on top.
    java.util.Arrays.sort(order, Comparator.comparingDouble(i -> data.shares()[i]));
    for (int line : order) {
      Path2D path = new Path2D.Double();
      for (int a = 0; a < n; a++) {
        double x = left + a * gap;
        double y = HEIGHT - BOTTOM - range * data.axes().get(a).places()[line];
        if (a == 0) {
          path.moveTo(x, y);
        } else {
          double before = HEIGHT - BOTTOM - range * data.axes().get(a - 1).places()[line];
          path.curveTo(x - gap * 0.6, before, x - gap * 0.4, y, x, y);
        }
      }
      double share = data.shares()[line];
      pen.shape(path, color(share), share > 0.999 ? 2f : 0.9f);
    }
    for (int a = 0; a < n; a++) {
      Axis axis = data.axes().get(a);
      double x = left + a * gap;
      pen.line(x, TOP, x, HEIGHT - BOTTOM, Style.INK, 1.2f);
      pen.text(axis.name(), x, TOP - 26, 0.5, Style.BOLD, Style.INK);
      for (int i = 0; i < axis.labels().size(); i++) {
        double y = HEIGHT - BOTTOM - range * axis.labelPlaces()[i];
        String label = axis.labels().get(i);
        boolean last = a == n - 1;
        double w = Pen.width(label, Style.SMALL) + 4;
        pen.fill(last ? x + 5 : x - 6 - w + 2, y - 8, w, 15, Style.PAPER);
        pen.text(label, last ? x + 7 : x - 6, y + 4, last ? 0 : 1, Style.SMALL, Style.INK);
      }
    }
  }

  private static Color color(double share) {
    Color slow = new Color(0x9EC9E8);
    Color fast = new Color(0xC24E00);
    double s = share * share;
    return new Color(
        (int) (slow.getRed() + s * (fast.getRed() - slow.getRed())),
        (int) (slow.getGreen() + s * (fast.getGreen() - slow.getGreen())),
        (int) (slow.getBlue() + s * (fast.getBlue() - slow.getBlue())));
  }
}
