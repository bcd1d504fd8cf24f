package dev.marlin.reports.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.reports.Rows;
import dev.marlin.reports.published.Published;
import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.SecondOpinion;
import dev.marlin.reports.rows.Setup;
import dev.marlin.reports.studies.Report;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FigureDataTest {
  private static final Results RESULTS =
      Rows.results(
          Rows.correct("a", "net", Rows.memories(64, 512), 1000, "b"),
          Rows.correct("b", "net", Rows.memories(32, 512), 2000, "b"),
          Rows.bad("c", "net", Rows.memories(8, 512), Outcome.INFEASIBLE, "12 bytes missing"),
          Rows.bad("d", "net", Rows.memories(32, 256), Outcome.WRONG, "differs"),
          Rows.correct("e", "dronet", Setup.gap8(), 3_000_000));

  @Test
  void cellsWithoutANumberNameTheLevel() {
    List<ResultRow> rows = RESULTS.byModel().get("net");
    var cells = HeatMapFigure.data(java.util.Objects.requireNonNull(rows));
    assertThat(cells.get(8L << 10))
        .containsEntry(512L << 10, new HeatMapFigure.Cell(0, "L1 -12 B"));
    assertThat(cells.get(32L << 10))
        .containsEntry(256L << 10, new HeatMapFigure.Cell(0, "wrong result"));
    assertThat(cells.get(64L << 10)).containsEntry(512L << 10, new HeatMapFigure.Cell(1000, ""));
  }

  @Test
  void barsHoldOnlyCorrectPoints() {
    var data = ConfigurationFigure.data(RESULTS);
    assertThat(data.values().stream().flatMap(v -> v.values().stream())).hasSize(3);
  }

  @Test
  void speedUpsAreOverBaselineAndPublishedCycles() {
    var data = SpeedUpFigure.data(Report.of(RESULTS));
    assertThat(data.get("baseline: the baseline")).containsEntry("net", 2.0).hasSize(1);
    assertThat(data.get("DORY, AI-deck")).containsEntry("dronet", 6381688 / 3e6);
  }

  @Test
  void scalingComparesPointsThatDifferInCoresOnly() {
    Setup eight = Setup.gap8();
    var data =
        CoresFigure.data(
            Rows.results(
                Rows.correct("a", "net", eight, 1000),
                Rows.correct("b", "net", eight.withCores(1), 6000),
                Rows.correct("c", "net", Rows.memories(32, 512).withCores(2), 10)));
    assertThat(data).isEmpty(); // the fastest has two cores and no peers
    data =
        CoresFigure.data(
            Rows.results(
                Rows.correct("a", "net", eight, 1000),
                Rows.correct("b", "net", eight.withCores(1), 6000)));
    assertThat(data.get("net")).containsEntry(1, 1.0).containsEntry(8, 6.0);
  }

  @Test
  void rooflinesHaveAPointForEveryLevelThatALayerMovesThrough() {
    var data = RooflineFigure.data(Rows.layers(8000, 2));
    // 5000 MAC in 4000 cycles, 20,000 bytes of L2; only the second moves 512 bytes of L3.
    var l2 = data.get(RooflineFigure.Level.L2);
    assertThat(l2.get("pointwise")).singleElement().isEqualTo(new double[] {0.25, 1.25});
    var l3 = data.get(RooflineFigure.Level.L3);
    assertThat(l3.keySet()).containsExactly("depthwise");
    assertThat(l3.get("depthwise")).singleElement().isEqualTo(new double[] {5000 / 512.0, 1.25});
    var l1 = data.get(RooflineFigure.Level.L1);
    assertThat(l1.get("pointwise")).singleElement().isEqualTo(new double[] {2, 1.25});
  }

  @Test
  void layersStandOnTheirParts() {
    var parts = LayerFigure.data(Rows.layers(8000, 2));
    assertThat(parts).hasSize(4);
    assertThat(parts.get(0)).containsExactly(2.0, 2.0);
    assertThat(parts.stream().mapToDouble(p -> p.get(0)).sum()).isEqualTo(4.0);
  }

  @Test
  void predictionsStandBesideMeasurements() {
    var data = PredictionFigure.data(RESULTS.correct());
    assertThat(data.keySet()).containsExactlyInAnyOrder("pointwise", "depthwise");
    assertThat(data.get("pointwise").get(0)).containsExactly(500, 505);
  }

  @Test
  void sameProgramsStandBesideBoards() {
    var opinion =
        new SecondOpinion(
            "dronet",
            true,
            8,
            "GVSOC",
            List.of(new SecondOpinion.Layer(1050, 1000), new SecondOpinion.Layer(500, 400)));
    var drawings = ValidationFigure.of(List.of(opinion), Published.load());
    assertThat(drawings)
        .extracting(Drawing::file)
        .containsExactly("validation", "validation-difference");
    // 5 % and 25 % off, 10.7 % together.
    assertThat(drawings.get(0).caption()).contains("GVSOC, layers: the same programs, 1 of 2");
    assertThat(drawings.get(0).caption()).contains("GVSOC, networks: the same programs, 0 of 1");
    assertThat(drawings.get(0).caption()).contains("Boards ran DORY's code");
    assertThat(drawings.get(1).caption()).contains("the worst is 25.0 % off");
    assertThat(ValidationFigure.of(List.of(), Published.load())).isEmpty();
  }

  @Test
  void pointsThatRanTwiceAreSecondOpinions() {
    var data =
        ValidationFigure.data(
            Report.of(
                Rows.results(
                    Rows.correct("a", "net", Setup.gap8(), 1000),
                    Rows.correct("b", "net", Setup.gap8().withExecutor("gvsoc"), 1100))));
    assertThat(data.same().get("gvsoc, networks"))
        .containsExactly(new ValidationFigure.Pair(1100, 1000));
    assertThat(data.same().get("gvsoc, layers")).hasSize(2);
    assertThat(data.boards()).isEmpty();
  }

  @Test
  void darkFiguresTurnPaperAndInkAndKeepNumbers() {
    Drawing drawing =
        new Drawing(
            "a",
            "a",
            "a",
            100,
            50,
            g -> new Pen(g).text("2.236", 10, 20, 0, Style.PLAIN, Style.INK));
    assertThat(drawing.svg())
        .contains("2.236")
        .contains("rgb(26,26,26)")
        .contains("rgb(255,255,255)");
    assertThat(Drawing.dark(drawing.svg()))
        .contains("2.236")
        .contains("rgb(230,230,230)")
        .doesNotContain("rgb(255,255,255)");
  }
}
