package dev.marlin.reports.pages;

import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Units;
import dev.marlin.reports.studies.Comparison;
import dev.marlin.reports.studies.HeuristicStudy;
import dev.marlin.reports.studies.MemoryStudy;
import dev.marlin.reports.studies.Pareto;
import dev.marlin.reports.studies.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The answer of a sweep in a few sentences, before any figure. */
final class Answer {
  private Answer() {}

  /** Sentences for people, the most important first. */
  static List<String> of(Report report) {
    Results results = report.results();
    List<String> sentences = new ArrayList<>();
    if (results.correct().isEmpty()) {
      sentences.add("No point has a correct result.");
    } else {
      best(report).ifPresent(sentences::add);
      baseline(results).ifPresent(sentences::add);
      front(results).ifPresent(sentences::add);
      published(report).ifPresent(sentences::add);
    }
    long bad = results.count(Outcome.FAILED) + results.count(Outcome.WRONG);
    if (bad > 0) {
      sentences.add(
          bad
              + (bad == 1 ? " point" : " points")
              + " failed or gave a wrong result: see what failed, below.");
    }
    long infeasible = results.count(Outcome.INFEASIBLE);
    if (infeasible > 0) {
      sentences.add(
          infeasible + (infeasible == 1 ? " point does" : " points do") + " not fit the memories.");
    }
    int missing = results.info().size() - results.rows().size();
    if (missing > 0) {
      sentences.add(missing + " points of the sweep have not ended yet.");
    }
    return sentences;
  }

  private static Optional<String> best(Report report) {
    return report.results().correct().stream()
        .max((a, b) -> Double.compare(a.macPerCycle(), b.macPerCycle()))
        .map(
            row ->
                "Best overall: "
                    + row.model()
                    + " with "
                    + row.configuration()
                    + ", "
                    + Units.decimal(row.macPerCycle(), 2)
                    + " MAC/cycle, "
                    + Units.decimal(row.milliseconds(), 2)
                    + " ms at "
                    + report.clock(row)
                    + ".");
  }

  private static Optional<String> baseline(Results results) {
    List<Double> speedUps = new ArrayList<>();
    for (String model : results.byModel().keySet()) {
      OptionalDouble speedUp =
          results.best(model).map(results::speedUp).orElse(OptionalDouble.empty());
      if (speedUp.isPresent()) {
        speedUps.add(speedUp.getAsDouble());
      }
    }
    if (!results.hasBaseline() || speedUps.isEmpty()) {
      return Optional.empty();
    }
    double mean = Math.exp(speedUps.stream().mapToDouble(Math::log).average().orElse(0));
    double most = speedUps.stream().mapToDouble(s -> s).max().orElse(1);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "The fastest points are %.2f times as fast as their baselines%s (geometric mean of %d networks; at most %.2f).",
            mean,
            results.info().baseline().isEmpty() ? "" : ", " + results.info().baseline(),
            speedUps.size(),
            most));
  }

  private static Optional<String> front(Results results) {
    long onFront =
        results.byModel().keySet().stream()
            .mapToLong(
                model ->
                    Pareto.front(
                            results.correct(model),
                            row -> row.setup().memoryBytes(),
                            ResultRow::cycles)
                        .size())
            .sum();
    return results.distinct(row -> row.setup().memoryBytes()).size() < 2
        ? Optional.empty()
        : Optional.of(
            onFront
                + " of "
                + results.correct().size()
                + " correct points lie on the Pareto front of their network (cycles against L1 + L2).");
  }

  private static Optional<String> published(Report report) {
    return report.published().networks().stream()
        .filter(n -> n.chip().equals("GAP8") && n.source().system().equals("DORY, paper"))
        .flatMap(
            n ->
                report.results().bestOnGap8(n.model()).stream()
                    .map(
                        row ->
                            String.format(
                                Locale.ROOT,
                                "%s: %.1f frames/s at %s; the DORY paper has %.1f frames/s at %s (%.2f times fewer cycles here).",
                                row.model(),
                                1e3 / row.milliseconds(),
                                report.clock(row),
                                n.framesPerSecond(),
                                n.source().clock(),
                                n.cycles() / row.cycles())))
        .findFirst();
  }

  /** What memory buys, in words; empty if memories do not vary. */
  static List<String> memory(Results results) {
    return MemoryStudy.of(results).stream()
        .flatMap(answer -> answer.curves().stream().map(c -> answer.model() + ": " + c.words()))
        .toList();
  }

  /** Which heuristics matter, in words; empty if none vary. */
  static List<String> heuristics(Results results) {
    return HeuristicStudy.words(HeuristicStudy.of(results));
  }

  /** A comparison in one line. */
  static String of(Comparison comparison) {
    return comparison.pairs().size()
        + " points in both, "
        + comparison.onlyBefore()
        + " only before, "
        + comparison.onlyAfter()
        + " only after; "
        + comparison.faster().size()
        + " faster and "
        + comparison.slower().size()
        + " slower by more than "
        + Units.decimal(100 * comparison.threshold(), 1)
        + " %, "
        + comparison.broken().size()
        + " broken; geometric mean of the speed-up "
        + Units.decimal(comparison.meanSpeedUp(), 3);
  }
}
