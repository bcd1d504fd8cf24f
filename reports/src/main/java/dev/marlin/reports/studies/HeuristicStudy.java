package dev.marlin.reports.studies;

import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which terms of a tiling policy matter: points that differ in nothing but the weights of its
 * heuristics, each against the policy's own weights.
 */
public final class HeuristicStudy {
  private HeuristicStudy() {}

  /**
   * A set of weights of a policy.
   *
   * @param tiling the policy
   * @param variant name of the case, else the weights; {@link #OWN} for the policy's own
   * @param points how many points have it and a correct reference
   * @param slowDown geometric mean over points of cycles over those with the policy's own weights:
   *     above 1 the change hurts
   * @param slowDownByType the same for the layers of a kind
   * @param macPerCycleByType MAC/cycle of all layers of a kind; kinds without any are left out
   */
  public record Effect(
      String tiling,
      String variant,
      int points,
      double slowDown,
      Map<String, Double> slowDownByType,
      Map<String, Double> macPerCycleByType) {}

  /** Name of the variant that changes nothing. */
  public static final String OWN = "own weights";

  private static final class Tally {
    private int points;
    private double logarithms;
    private final Map<String, long[]> cycles = new TreeMap<>();

    void add(ResultRow row, ResultRow reference) {
      points++;
      logarithms += Math.log((double) row.cycles() / reference.cycles());
      int layers = Math.min(row.measured().layers().size(), reference.measured().layers().size());
      for (int i = 0; i < layers; i++) {
        LayerRow layer = row.measured().layers().get(i);
        long[] sums = cycles.computeIfAbsent(layer.type(), t -> new long[3]);
        sums[0] += layer.cycles();
        sums[1] += reference.measured().layers().get(i).cycles();
        sums[2] += layer.macs();
      }
    }

    Effect effect(String tiling, String variant) {
      Map<String, Double> slowDown = new TreeMap<>();
      Map<String, Double> macPerCycle = new TreeMap<>();
      cycles.forEach(
          (type, sums) -> {
            slowDown.put(type, (double) sums[0] / sums[1]);
            if (sums[2] > 0) {
              macPerCycle.put(type, (double) sums[2] / sums[0]);
            }
          });
      return new Effect(
          tiling, variant, points, Math.exp(logarithms / points), slowDown, macPerCycle);
    }
  }

  /** Effects of all variants, the policy's own weights first; empty if no weights vary. */
  public static List<Effect> of(Results results) {
    return of(results.correct());
  }

  /** The same for every network by itself; networks of which no weights vary are left out. */
  public static Map<String, List<Effect>> byNetwork(Results results) {
    Map<String, List<Effect>> effects = new LinkedHashMap<>();
    for (String model : results.byModel().keySet()) {
      List<Effect> own = of(results.correct(model));
      if (!own.isEmpty()) {
        effects.put(model, own);
      }
    }
    return effects;
  }

  private static List<Effect> of(List<ResultRow> rows) {
    Map<String, ResultRow> references = new LinkedHashMap<>();
    // The policy's own weights count only where they have something to be compared with: all
    // variants are then of the same networks.
    Set<String> studied = new LinkedHashSet<>();
    for (ResultRow row : rows) {
      if (row.setup().heuristics().isEmpty()) {
        references.putIfAbsent(family(row), row);
      } else {
        studied.add(family(row));
      }
    }
    Map<String, Map<String, Tally>> tallies = new LinkedHashMap<>();
    for (ResultRow row : rows) {
      ResultRow reference = references.get(family(row));
      if (reference != null && studied.contains(family(row))) {
        tallies
            .computeIfAbsent(row.setup().tiling(), t -> new LinkedHashMap<>())
            .computeIfAbsent(variant(row), v -> new Tally())
            .add(row, reference);
      }
    }
    List<Effect> effects = new ArrayList<>();
    tallies.forEach(
        (tiling, variants) -> {
          if (variants.size() > 1) {
            variants.entrySet().stream()
                .sorted(Comparator.comparing(entry -> !entry.getKey().equals(OWN)))
                .forEach(entry -> effects.add(entry.getValue().effect(tiling, entry.getKey())));
          }
        });
    return effects;
  }

  private static String variant(ResultRow row) {
    if (row.setup().heuristics().isEmpty()) {
      return OWN;
    }
    return row.config().isEmpty() ? row.setup().heuristics() : row.config();
  }

  /** All but the weights. */
  private static String family(ResultRow row) {
    return row.model() + "\n" + row.setup().withTiling(row.setup().tiling(), "");
  }

  /** Which terms matter, in words; empty if no weights vary. */
  public static List<String> words(List<Effect> effects) {
    return effects.stream()
        .filter(e -> !e.variant().equals(OWN))
        .sorted((a, b) -> Double.compare(b.slowDown(), a.slowDown()))
        .map(
            e -> {
              double percent = 100 * (e.slowDown() - 1);
              String verdict =
                  Math.abs(percent) < 0.05
                      ? "changes nothing"
                      : Units.decimal(Math.abs(percent), 1)
                          + " % "
                          + (percent > 0 ? "slower" : "faster")
                          + " than with the policy's own weights";
              return e.tiling()
                  + ", "
                  + e.variant()
                  + ": "
                  + verdict
                  + " ("
                  + e.points()
                  + (e.points() == 1 ? " point)" : " points)");
            })
        .toList();
  }
}
