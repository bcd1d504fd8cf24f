package dev.marlin.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportWriterTest {

  private static final ReportInfo INFO =
      new ReportInfo("test sweep", "1.0", "100 MHz, 1.0 V", "explore test.yaml");
  private static final LayerRow LAYER =
      new LayerRow(0, "conv0", "conv", 250, 2500, "8x16x32", 3, 40_000, 9216, true);

  @TempDir Path folder;

  private static ResultRow row(
      String key, String model, long l1, Outcome outcome, String message, long cycles) {
    boolean ran = cycles > 0;
    return new ResultRow(
        key,
        model,
        l1,
        512 << 10,
        8,
        "cycles",
        "embedded",
        outcome,
        message,
        "explore run " + model,
        cycles,
        ran ? 10_000 : 0,
        cycles / 1e5,
        cycles / 1e6,
        ran ? List.of(LAYER) : List.of());
  }

  private String page(List<ResultRow> rows) throws IOException {
    return Files.readString(new ReportWriter().write(rows, INFO, folder));
  }

  @Test
  void anEnergyThatIsNotKnownIsNeverANumber() throws IOException {
    ResultRow known = row("a", "net", 65536, Outcome.CORRECT, "", 2000);
    ResultRow unknown =
        new ResultRow(
            "a",
            "net",
            known.l1Bytes(),
            known.l2Bytes(),
            known.cores(),
            known.tiling(),
            known.executor(),
            Outcome.CORRECT,
            "",
            known.command(),
            known.cycles(),
            known.macs(),
            known.milliseconds(),
            Double.NaN,
            known.layers());
    String all = page(List.of(unknown));
    all += Files.readString(folder.resolve("points/a.html"));
    all += Files.readString(folder.resolve("points.csv"));
    assertThat(all)
        .contains("–")
        .doesNotContain("NaN")
        .doesNotContain("\uFFFD")
        .doesNotContain(" mJ at");
  }

  @Test
  void namesTheFastestPointOfEveryNetworkFirst() throws IOException {
    String page =
        page(
            List.of(
                row("a", "net", 65536, Outcome.CORRECT, "", 2000),
                row("b", "net", 32768, Outcome.CORRECT, "", 1000),
                row("c", "other", 32768, Outcome.CORRECT, "", 4000)));
    String best =
        page.substring(page.indexOf("The best of each network"), page.indexOf("All points"));
    assertThat(best)
        .contains("points/b.html")
        .contains("points/c.html")
        .doesNotContain("points/a.html");
    assertThat(best).contains("1,000").contains("10.00").contains("2.00");
  }

  @Test
  void neverShowsAPointWithoutCorrectResultAsPerformance() throws IOException {
    List<ResultRow> rows =
        List.of(
            row("good", "net", 65536, Outcome.CORRECT, "", 2000),
            row("wrong", "net", 32768, Outcome.WRONG, "layer conv0 differs", 777),
            row("small", "net", 8192, Outcome.INFEASIBLE, "12 bytes of L1 are missing", 0));
    String page = page(rows);
    assertThat(page)
        .contains("1 correct")
        .contains("1 infeasible")
        .contains("1 with a wrong result");
    assertThat(page)
        .contains("12 bytes of L1 are missing")
        .contains("layer conv0 differs")
        .doesNotContain("777");
    assertThat(Files.readString(folder.resolve("points/wrong.html")))
        .doesNotContain("777")
        .contains("layer conv0 differs");
    assertThat(Files.readString(folder.resolve("points.csv"))).doesNotContain("777");
    assertThat(ModelFigure.data(rows)).hasSize(1);
    assertThat(new ModelFigure().caption(rows)).contains("Not drawn: 2 of 3 points");
  }

  @Test
  void listsTheLayersOfAPoint() throws IOException {
    page(List.of(row("a", "net", 65536, Outcome.CORRECT, "", 1000)));
    assertThat(Files.readString(folder.resolve("points/a.html")))
        .contains("conv0")
        .contains("8x16x32")
        .contains("40,000")
        .contains("9,216")
        .contains("25.0")
        .contains("explore run net");
  }

  @Test
  void showsHostileNamesAsText() throws IOException {
    String evil = "<script>alert(1)</script>|\"&";
    page(
        List.of(
            row("a", evil, 65536, Outcome.FAILED, evil, 0),
            row("b", evil, 65536, Outcome.CORRECT, "", 10)));
    for (String file : List.of("index.html", "points/a.html", "points/b.html")) {
      assertThat(Files.readString(folder.resolve(file)))
          .contains("&lt;script&gt;")
          .doesNotContain("<script>alert");
    }
    assertThat(Files.readString(folder.resolve("points.md")))
        .contains("\\|")
        .doesNotContain("<script>");
  }

  @Test
  void drawsAReadablePictureAndAVectorFigure() throws IOException {
    page(List.of(row("a", "net", 65536, Outcome.CORRECT, "", 1000)));
    assertThat(ImageIO.read(folder.resolve("mac-per-cycle.png").toFile()).getWidth())
        .isGreaterThanOrEqualTo(720);
    assertThat(Files.readString(folder.resolve("mac-per-cycle.svg"))).contains("<svg");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".part"));
    }
  }

  @Test
  void drawsNoMoreConfigurationsThanTheEyeCanTellApart() {
    List<ResultRow> rows = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      rows.add(row("p" + i, "net", i * 4096L, Outcome.CORRECT, "", 1000 + i));
    }
    assertThat(ModelFigure.data(rows))
        .hasSize(ModelFigure.MOST_SERIES)
        .containsKey("4 KiB / 512 KiB, 8 cores, cycles")
        .doesNotContainKey("80 KiB / 512 KiB, 8 cores, cycles");
    assertThat(new ModelFigure().caption(rows)).contains("The 8 best of 20 configurations");
  }

  @Test
  void writesAReportEvenIfNothingRan() throws IOException {
    assertThat(page(List.of(row("a", "net", 65536, Outcome.FAILED, "compiler", 0))))
        .contains("No point has a correct result");
    assertThat(folder.resolve("mac-per-cycle.svg")).doesNotExist();
  }

  @Test
  void refusesAKeyThatCannotNameAFile() {
    assertThatThrownBy(() -> row("../x", "net", 1, Outcome.FAILED, "", 0))
        .hasMessageContaining("../x");
  }
}
