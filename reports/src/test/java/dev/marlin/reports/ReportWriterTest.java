package dev.marlin.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.reports.rows.Measurement;
import dev.marlin.reports.rows.Outcome;
import dev.marlin.reports.rows.ResultRow;
import dev.marlin.reports.rows.Results;
import dev.marlin.reports.rows.Setup;
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
  @TempDir Path folder;

  private String write(Results results) throws IOException {
    return Files.readString(new ReportWriter().write(results, folder));
  }

  private static Results sweep() {
    return Rows.results(
        Rows.correct("a", "net", Rows.memories(64, 512), 1000, "b"),
        Rows.correct("b", "net", Rows.memories(32, 512), 2000, "b"),
        Rows.correct("c", "net", Rows.memories(64, 256), 1200, "b"),
        Rows.correct("d", "other", Rows.memories(64, 512), 4000),
        Rows.bad(
            "e", "net", Rows.memories(8, 256), Outcome.INFEASIBLE, "12 bytes of L1 are missing"),
        Rows.bad("f", "other", Rows.memories(8, 256), Outcome.WRONG, "layer conv0 differs"));
  }

  @Test
  void beginsWithTheFastestPointOfEveryNetwork() throws IOException {
    String page = write(sweep());
    String answer = page.substring(page.indexOf("The answer"), page.indexOf("<h2>Figures"));
    assertThat(answer)
        .contains("points/a.html")
        .contains("points/d.html")
        .doesNotContain("points/b.html")
        .contains("2.00 times as fast as their baselines, the baseline");
  }

  @Test
  void namesWhatDoesNotFitAndWhatFailed() throws IOException {
    assertThat(write(sweep()))
        .contains("6 points: 4 correct, 1 wrong result, 1 infeasible")
        .contains("12 bytes of L1 are missing")
        .contains("layer conv0 differs");
  }

  @Test
  void aRowWithoutCorrectResultCannotHoldAPerformance() {
    Measurement measurement = Rows.correct("a", "net", Setup.gap8(), 5).measured();
    for (Outcome outcome : List.of(Outcome.WRONG, Outcome.FAILED, Outcome.INFEASIBLE)) {
      ResultRow bad = Rows.bad("a", "net", Setup.gap8(), outcome, "why");
      assertThatThrownBy(
              () ->
                  new ResultRow(
                      "a",
                      "net",
                      "",
                      bad.setup(),
                      outcome,
                      bad.problem(),
                      java.util.Optional.of(measurement),
                      "",
                      "",
                      bad.provenance()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(outcome.words());
    }
    assertThatThrownBy(() -> Rows.correct("a", "net", Setup.gap8(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 cycles");
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    write(sweep());
    List<Path> pages;
    try (Stream<Path> files = Files.walk(folder)) {
      pages = files.filter(file -> file.toString().endsWith(".html")).toList();
    }
    assertThat(pages).hasSize(6 + 2 + 1);
    for (Path page : pages) {
      var links =
          java.util.regex.Pattern.compile("(?:href|src|srcset)=\"([^\"#:]+)\"")
              .matcher(Files.readString(page));
      int count = 0;
      while (links.find()) {
        count++;
        assertThat(page.resolveSibling(links.group(1))).as(page + " links").exists();
      }
      assertThat(count).isPositive();
    }
  }

  @Test
  void everyFigureIsDrawnInEveryForm() throws IOException {
    write(sweep());
    try (Stream<Path> files = Files.list(folder.resolve("figures"))) {
      List<Path> drawn = new ArrayList<>(files.toList());
      assertThat(drawn).hasSizeGreaterThan(20);
      for (Path file : drawn) {
        if (file.toString().endsWith(".png")) {
          assertThat(ImageIO.read(file.toFile()).getWidth()).isGreaterThan(300);
        } else {
          assertThat(Files.readString(file))
              .startsWith("<?xml")
              .contains("<svg")
              .endsWith("</svg>\n");
        }
      }
    }
  }

  @Test
  void timesStandBesideTheirClock() throws IOException {
    write(sweep());
    assertThat(Files.readString(folder.resolve("points/a.html")))
        .contains("ms and ")
        .contains("at 100 MHz, 1.0 V");
    for (String table : List.of("best", "energy")) {
      assertThat(
              Files.readString(folder.resolve("tables/" + table + ".md"))
                  .lines()
                  .skip(2)
                  .findFirst()
                  .orElse(""))
          .contains("time \\[ms\\]")
          .contains("clock");
    }
  }

  @Test
  void aSweepOfFailuresHasAReportWithoutFigures() throws IOException {
    String page =
        write(Rows.results(Rows.bad("a", "net", Setup.gap8(), Outcome.FAILED, "no compiler")));
    assertThat(page).contains("No point has a correct result").doesNotContain("<figure");
    assertThat(write(Rows.results())).contains("0 points");
  }

  @Test
  void namesAreNeverMarkup() throws IOException {
    String evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'";
    write(
        Rows.results(
            Rows.correct("a", evil, Rows.memories(64, 512), 1000),
            Rows.correct("b", evil, Rows.memories(32, 512), 1500),
            Rows.bad("c", evil, Setup.gap8(), Outcome.FAILED, evil)));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path page : files.filter(file -> file.toString().matches(".*\\.(html|md)")).toList()) {
        assertThat(Files.readString(page))
            .doesNotContain("<script>alert")
            .doesNotContain("<img src=x");
      }
    }
  }
}
