package dev.marlin.reports.figures;

import dev.marlin.reports.published.PublishedLayers;
import dev.marlin.reports.published.PublishedNetwork;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.studies.Correspondence;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * Our cycles against others': gvsoc for the same programs, and published board runs, whose kernels
 * and tilings are others.
 */
final class ValidationFigure implements Figure {
  private static final String REFERENCE = "embedded";

  @Override
  public List<Drawing> draw(Report report) {
    Map<String, List<double[]>> data = data(report);
    if (data.isEmpty()) {
      return List.of();
    }
    XYChart chart = Style.points("others [cycles]", "Marlin, simulated [cycles]");
    Diagonal.draw(chart, data.values().stream().flatMap(List::stream).toList(), 0.1);
    data.forEach(
        (name, points) ->
            Style.scatter(
                chart.addSeries(
                    name,
                    points.stream().mapToDouble(p -> p[0]).toArray(),
                    points.stream().mapToDouble(p -> p[1]).toArray())));
    Style.legend(chart);
    return List.of(
        Drawing.of(
            "validation",
            "Beside other machines",
            "Cycles of layers and networks here and elsewhere; dashed: 10 % off. Points of gvsoc are the same programs."
                + " Points of boards ran DORY's code: below the diagonal ours needs fewer cycles.",
            chart));
  }

  /** Cycles of others and ours, by what the others are. */
  static Map<String, List<double[]>> data(Report report) {
    Results results = report.results();
    Map<String, List<double[]>> data = new LinkedHashMap<>();
    Map<String, ResultRow> ours = new HashMap<>();
    for (ResultRow row : results.correct()) {
      if (row.setup().executor().equals(REFERENCE)) {
        ours.putIfAbsent(row.model() + row.setup(), row);
      }
    }
    for (ResultRow row : results.correct()) {
      ResultRow same = ours.get(row.model() + row.setup().withExecutor(REFERENCE));
      if (!row.setup().executor().equals(REFERENCE) && same != null) {
        List<LayerRow> theirs = row.measured().layers();
        for (int i = 0; i < Math.min(theirs.size(), same.measured().layers().size()); i++) {
          add(
              data,
              row.setup().executor() + ", layers",
              (double) theirs.get(i).cycles(),
              (double) same.measured().layers().get(i).cycles());
        }
      }
    }
    for (PublishedLayers published : report.published().layers()) {
      results
          .bestOnGap8(published.model())
          .filter(row -> Correspondence.matches(published, row))
          .ifPresent(
              row -> {
                for (PublishedLayers.Row theirs : published.rows()) {
                  for (int layer : theirs.layers()) {
                    add(
                        data,
                        published.source().system() + ", layers",
                        published.cycles(theirs),
                        (double) row.measured().layers().get(layer).cycles());
                  }
                }
              });
    }
    for (PublishedNetwork published : report.published().networks()) {
      if (published.chip().equals("GAP8") && published.source().system().startsWith("DORY")) {
        results.correct(published.model()).stream()
            .filter(r -> r.setup().isGap8() && r.setup().cores() == published.cores())
            .min(Results.FASTEST)
            .ifPresent(
                row ->
                    add(
                        data,
                        published.source().system() + ", network",
                        published.cycles(),
                        (double) row.cycles()));
      }
    }
    return data;
  }

  private static void add(
      Map<String, List<double[]>> data, String name, double theirs, double ours) {
    if (theirs > 0 && ours > 0) {
      data.computeIfAbsent(name, n -> new ArrayList<>()).add(new double[] {theirs, ours});
    }
  }
}
