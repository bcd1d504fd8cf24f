package dev.marlin.reports.studies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.reports.Rows;
import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Setup;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StudiesTest {
  @Test
  void theKneeIsTheSmallestSizeFromWhichOnAllAreWithinFivePercent() {
    var answers =
        MemoryStudy.of(
            Rows.results(
                Rows.correct("a", "net", Rows.memories(16, 512), 2000),
                Rows.correct("b", "net", Rows.memories(32, 512), 1040),
                Rows.correct("c", "net", Rows.memories(64, 512), 1000),
                Rows.correct("d", "net", Rows.memories(64, 256), 1200),
                Rows.bad("e", "net", Rows.memories(8, 512), Outcome.INFEASIBLE, "no")));
    assertThat(answers).hasSize(1);
    MemoryStudy.Answer answer = answers.get(0);
    assertThat(answer.best().key()).isEqualTo("c");
    assertThat(answer.smallest().key()).isEqualTo("b");
    MemoryStudy.Curve l1 = answer.curves().get(0);
    assertThat(l1.level()).isEqualTo("L1");
    assertThat(l1.knee()).isEqualTo(32 << 10);
    assertThat(l1.cyclesPerKib(16 << 10, 32 << 10)).isEqualTo(960 / 16.0);
    assertThat(l1.words())
        .contains("saves 50.0 %")
        .contains("60 cycles a KiB")
        .contains("knee is at 32 KiB");
  }

  @Test
  void aFrontHasOnlyPointsThatNoOtherBeats() {
    List<ResultRow> rows =
        List.of(
            Rows.correct("a", "net", Rows.memories(16, 512), 2000),
            Rows.correct("b", "net", Rows.memories(32, 512), 2000),
            Rows.correct("c", "net", Rows.memories(64, 512), 1000),
            Rows.bad("d", "net", Rows.memories(8, 64), Outcome.FAILED, "no"));
    assertThat(Pareto.front(rows, r -> r.setup().memoryBytes(), ResultRow::cycles))
        .extracting(ResultRow::key)
        .containsExactly("a", "c");
  }

  @Test
  void heuristicsCountAgainstThePolicysOwnWeights() {
    Setup own = Setup.gap8().withTiling("dory-gap8", "");
    var effects =
        HeuristicStudy.of(
            Rows.results(
                Rows.correct("b", "net", own.withTiling("dory-gap8", "reuse=0.0"), 1100),
                Rows.correct("a", "net", own, 1000),
                Rows.correct("c", "other", own.withTiling("dory-gap8", "reuse=0.0"), 5)));
    assertThat(effects)
        .extracting(HeuristicStudy.Effect::variant)
        .containsExactly("own weights", "reuse=0.0");
    assertThat(effects.get(1).slowDown()).isCloseTo(1.1, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(effects.get(1).points()).isEqualTo(1);
    assertThat(HeuristicStudy.words(effects))
        .containsExactly(
            "dory-gap8, reuse=0.0: 10.0 % slower than with the policy's own weights (1 point)");
  }

  @Test
  void heuristicsCompareTheSameNetworksAndEveryNetworkByItself() {
    Setup own = Setup.gap8().withTiling("dory-gap8", "");
    Setup changed = own.withTiling("dory-gap8", "reuse=0.0");
    Results results =
        Rows.results(
            Rows.correct("a", "net", own, 1000),
            Rows.correct("b", "net", changed, 1100),
            Rows.correct("c", "other", own, 1000),
            Rows.correct("d", "other", changed, 900),
            // Has only the policy's own weights: nothing to compare with.
            Rows.correct("e", "third", own, 77));
    var all = HeuristicStudy.of(results);
    assertThat(all).extracting(HeuristicStudy.Effect::points).containsExactly(2, 2);
    assertThat(all.get(0).macPerCycleByType()).containsEntry("pointwise", 10.0);
    var byNetwork = HeuristicStudy.byNetwork(results);
    assertThat(byNetwork).containsOnlyKeys("net", "other");
    assertThat(byNetwork.get("other").get(1).slowDown())
        .isCloseTo(0.9, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void aComparisonFindsWhatBrokeAndWhatGotSlower() {
    var before =
        Rows.results(
            Rows.correct("a", "net", Rows.memories(16, 512), 1000),
            Rows.correct("b", "net", Rows.memories(32, 512), 1000),
            Rows.correct("c", "net", Rows.memories(64, 512), 1000),
            Rows.correct("d", "gone", Rows.memories(64, 512), 1000));
    var after =
        Rows.results(
            Rows.correct("x", "net", Rows.memories(16, 512), 1030),
            Rows.correct("y", "net", Rows.memories(32, 512), 500),
            Rows.bad("z", "net", Rows.memories(64, 512), Outcome.WRONG, "no"));
    Comparison strict = Comparison.of(before, after, 0.02);
    assertThat(strict.pairs()).hasSize(3);
    assertThat(strict.onlyBefore()).isEqualTo(1);
    assertThat(strict.broken()).extracting(p -> p.before().key()).containsExactly("c");
    assertThat(strict.slower()).extracting(p -> p.before().key()).containsExactly("a");
    assertThat(strict.faster()).extracting(p -> p.before().key()).containsExactly("b");
    assertThat(strict.passes()).isFalse();
    assertThat(Comparison.of(before, after, 0.05).slower()).isEmpty();
    assertThat(Comparison.of(before, before, 0).passes()).isTrue();
    assertThatThrownBy(() -> Comparison.of(before, after, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
