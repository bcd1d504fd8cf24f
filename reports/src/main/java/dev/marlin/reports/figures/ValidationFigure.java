package dev.marlin.reports.figures;

import dev.marlin.reports.published.Published;
import dev.marlin.reports.published.PublishedLayers;
import dev.marlin.reports.published.PublishedNetwork;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.SecondOpinion;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Correspondence;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToLongFunction;
import org.knowm.xchart.XYChart;

/**
 * Our cycles against others': other executors of the same programs, and published board runs, whose
 * kernels and tilings are others.
 */
public final class ValidationFigure implements Figure {
  private static final String REFERENCE = "embedded";
  private static final double BAND = 0.1;

  /** Cycles of the others and ours. */
  record Pair(double theirs, double ours) {
    double error() {
      return ours / theirs - 1;
    }
  }

  /**
   * What is compared.
   *
   * @param same the same programs, by who ran them
   * @param boards published runs of other programs of the same networks, by who published them
   */
  record Data(Map<String, List<Pair>> same, Map<String, List<Pair>> boards) {}

  @Override
  public List<Drawing> draw(Report report) {
    return draw(data(report));
  }

  /**
   * The figures for programs that ran elsewhere, beside what boards did with the same networks.
   *
   * @return none if there is nothing to compare
   */
  public static List<Drawing> of(List<SecondOpinion> opinions, Published published) {
    Data data = new Data(new LinkedHashMap<>(), new LinkedHashMap<>());
    opinions.forEach(opinion -> same(data, opinion));
    for (PublishedLayers theirs : published.layers()) {
      opinions.stream()
          .filter(o -> o.gap8() && o.model().equals(theirs.model()))
          .filter(o -> theirs.rows().stream().allMatch(r -> fits(r, o.layers().size())))
          .findFirst()
          .ifPresent(o -> board(data, theirs, layer -> o.layers().get(layer).ours()));
    }
    for (PublishedNetwork theirs : published.networks()) {
      opinions.stream()
          .filter(o -> o.gap8() && o.model().equals(theirs.model()) && o.cores() == theirs.cores())
          .findFirst()
          .ifPresent(o -> board(data, theirs, o.ours()));
    }
    return draw(data);
  }

  private static boolean fits(PublishedLayers.Row row, int layers) {
    return row.layers().stream().allMatch(layer -> layer < layers);
  }

  private static List<Drawing> draw(Data data) {
    Map<String, List<Pair>> all = new LinkedHashMap<>(data.same());
    all.putAll(data.boards());
    if (all.isEmpty()) {
      return List.of();
    }
    List<Drawing> drawings = new ArrayList<>();
    drawings.add(scatter(all, caption(data)));
    if (!data.same().isEmpty()) {
      drawings.add(errors(data.same()));
    }
    return drawings;
  }

  private static Drawing scatter(Map<String, List<Pair>> all, String caption) {
    XYChart chart = Style.points("elsewhere [cycles]", "Marlin's simulator [cycles]");
    Diagonal.draw(
        chart,
        all.values().stream()
            .flatMap(List::stream)
            .map(p -> new double[] {p.theirs(), p.ours()})
            .toList(),
        BAND);
    all.forEach(
        (name, pairs) ->
            Style.scatter(
                chart.addSeries(
                    name,
                    pairs.stream().mapToDouble(Pair::theirs).toArray(),
                    pairs.stream().mapToDouble(Pair::ours).toArray())));
    chart.getStyler().setMarkerSize(6);
    Style.legendInside(chart);
    return Drawing.of("validation", "Beside other machines", caption, chart);
  }

  private static String caption(Data data) {
    StringBuilder text =
        new StringBuilder("Cycles here and elsewhere. Dashed lines: a tenth off. ");
    data.same()
        .forEach(
            (name, pairs) ->
                text.append(name)
                    .append(": the same programs, ")
                    .append(within(pairs))
                    .append(" within 10 %. "));
    if (!data.boards().isEmpty()) {
      text.append("Boards ran DORY's code: below the diagonal ours needs fewer cycles.");
    }
    return text.toString().strip();
  }

  private static String within(List<Pair> pairs) {
    return pairs.stream().filter(p -> Math.abs(p.error()) <= BAND).count()
        + " of "
        + Units.count(pairs.size());
  }

  /** How far the same programs are apart: what the scatter is too coarse for. */
  private static Drawing errors(Map<String, List<Pair>> same) {
    XYChart chart = Style.points("elsewhere [cycles]", "difference [%]");
    List<Pair> all = same.values().stream().flatMap(List::stream).toList();
    double low = bound(all, Math::floor, all.get(0).theirs(), false);
    double high = bound(all, Math::ceil, all.get(0).theirs(), true);
    double worst = all.stream().mapToDouble(p -> Math.abs(p.error())).max().orElseThrow();
    double top = Math.ceil(100 * Math.max(worst, BAND) / 5 + 0.2) * 5;
    chart.getStyler().setXAxisLogarithmic(true).setXAxisMin(low).setXAxisMax(high);
    chart.getStyler().setYAxisMin(-top).setYAxisMax(top);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(Ticks::engineering);
    double[] x = {low, high};
    double percent = 100 * BAND;
    Style.guide(
        chart.addSeries("±" + Math.round(percent) + " %", x, new double[] {percent, percent}),
        Style.SOFT);
    Style.guide(chart.addSeries("below", x, new double[] {-percent, -percent}), Style.SOFT)
        .setShowInLegend(false);
    same.forEach(
        (name, pairs) ->
            Style.scatter(
                chart.addSeries(
                    name,
                    pairs.stream().mapToDouble(Pair::theirs).toArray(),
                    pairs.stream().mapToDouble(p -> 100 * p.error()).toArray())));
    chart.getStyler().setMarkerSize(6);
    Style.legend(chart);
    double[] sorted = all.stream().mapToDouble(p -> Math.abs(p.error())).sorted().toArray();
    return Drawing.of(
        "validation-difference",
        "How far apart the same programs are",
        "Marlin's cycles over those elsewhere, less one. Of "
            + Units.count(sorted.length)
            + " layers and networks, half are within "
            + Units.decimal(100 * sorted[sorted.length / 2], 3)
            + " %, the worst is "
            + Units.decimal(100 * worst, 1)
            + " % off.",
        chart);
  }

  private static double bound(
      List<Pair> pairs, DoubleUnaryOperator round, double first, boolean largest) {
    double extreme =
        pairs.stream().mapToDouble(Pair::theirs).reduce(first, largest ? Math::max : Math::min);
    return Math.pow(10, round.applyAsDouble(Math.log10(extreme)));
  }

  /** What a report's own points, recorded runs of its networks, and boards say. */
  static Data data(Report report) {
    Results results = report.results();
    Data data = new Data(new LinkedHashMap<>(), new LinkedHashMap<>());
    report.results().opinions().forEach(opinion -> same(data, opinion));
    twice(results.correct()).forEach(opinion -> same(data, opinion));
    for (PublishedLayers published : report.published().layers()) {
      results
          .bestOnGap8(published.model())
          .filter(row -> Correspondence.matches(published, row))
          .map(row -> row.measured().layers())
          .ifPresent(layers -> board(data, published, layer -> layers.get(layer).cycles()));
    }
    for (PublishedNetwork published : report.published().networks()) {
      results.correct(published.model()).stream()
          .filter(r -> r.setup().isGap8() && r.setup().cores() == published.cores())
          .min(Results.FASTEST)
          .ifPresent(row -> board(data, published, row.cycles()));
    }
    return data;
  }

  /** Points that ran in the simulator and elsewhere too. */
  private static List<SecondOpinion> twice(Collection<ResultRow> rows) {
    Map<String, ResultRow> ours = new HashMap<>();
    for (ResultRow row : rows) {
      if (row.setup().executor().equals(REFERENCE)) {
        ours.putIfAbsent(row.model() + row.setup(), row);
      }
    }
    List<SecondOpinion> opinions = new ArrayList<>();
    for (ResultRow row : rows) {
      ResultRow same = ours.get(row.model() + row.setup().withExecutor(REFERENCE));
      if (!row.setup().executor().equals(REFERENCE) && same != null) {
        List<SecondOpinion.Layer> layers = new ArrayList<>();
        List<LayerRow> theirs = row.measured().layers();
        for (int i = 0; i < Math.min(theirs.size(), same.measured().layers().size()); i++) {
          layers.add(
              new SecondOpinion.Layer(
                  same.measured().layers().get(i).cycles(), theirs.get(i).cycles()));
        }
        opinions.add(
            new SecondOpinion(
                row.model(),
                row.setup().isGap8(),
                row.setup().cores(),
                row.setup().executor(),
                layers));
      }
    }
    return opinions;
  }

  private static void same(Data data, SecondOpinion opinion) {
    for (SecondOpinion.Layer layer : opinion.layers()) {
      add(data.same(), opinion.executor() + ", layers", layer.theirs(), layer.ours());
    }
    add(data.same(), opinion.executor() + ", networks", opinion.theirs(), opinion.ours());
  }

  private static void board(Data data, PublishedLayers published, IntToLongFunction ours) {
    for (PublishedLayers.Row theirs : published.rows()) {
      for (int layer : theirs.layers()) {
        add(
            data.boards(),
            published.source().system() + ", layers",
            published.cycles(theirs),
            ours.applyAsLong(layer));
      }
    }
  }

  private static void board(Data data, PublishedNetwork published, long ours) {
    if (published.chip().equals("GAP8") && published.source().system().startsWith("DORY")) {
      add(data.boards(), published.source().system() + ", network", published.cycles(), ours);
    }
  }

  private static void add(Map<String, List<Pair>> data, String name, Number theirs, Number ours) {
    if (theirs.doubleValue() > 0 && ours.doubleValue() > 0) {
      data.computeIfAbsent(name, n -> new ArrayList<>())
          .add(new Pair(theirs.doubleValue(), ours.doubleValue()));
    }
  }
}
