package dev.marlin.reports.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.reports.tables.Sheet.Best;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SheetFormatsTest {
  private static Sheet sheet() {
    return new Sheet("t", "Times & more")
        .text("name_x")
        .number("time [ms]", 2, Best.LOWEST)
        .count("cycles", Best.NONE)
        .row("a|b<i>", 1.239, 1234567)
        .row(new Sheet.Noted("100 %", "from {here}"), Double.NaN, null)
        .row("plain", 0.5, 7)
        .note("a note");
  }

  @Test
  void markdownKeepsItsTableAndBoldsTheBest() {
    assertThat(new MarkdownFormat().write(sheet()))
        .contains("| name\\_x | time \\[ms\\] | cycles |")
        .contains("| --- | ---: | ---: |")
        .contains("| a\\|b&lt;i> | 1.24 | 1,234,567 |")
        .contains("| 100 % [1] | – | – |")
        .contains("| plain | **0.50** | 7 |")
        .contains("[1] from {here}");
  }

  @Test
  void latexIsBooktabsWithEverythingEscaped() {
    assertThat(new LatexFormat().write(sheet()))
        .contains("\\caption{Times \\& more}")
        .contains("\\begin{tabular}{lS[table-format=1.2]S[table-format=7.0]}")
        .contains("\\toprule")
        .contains("name\\_x & {time {[}ms{]}} & {cycles} \\\\")
        .contains("100 \\%{\\textsuperscript{1}} & {--} & {--} \\\\")
        .contains("plain & \\bfseries 0.50 & 7 \\\\")
        .contains("from \\{here\\}");
  }

  @Test
  void latexIsSetByATexEngine(@TempDir Path folder) throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "pdflatex"))),
        "no pdflatex: apt-get install texlive-latex-recommended texlive-science");
    Sheet sheet = sheet().row("-_^~\\#$&{}[]–", -12.5, 1).row("[a]", 123.45, 99);
    Files.writeString(
        folder.resolve("t.tex"),
        "\\documentclass{article}\n\\usepackage{booktabs,siunitx}\n\\begin{document}\n"
            + new LatexFormat().write(sheet)
            + "\\end{document}\n");
    Process tex =
        new ProcessBuilder("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(tex.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tex.waitFor()).as(said).isZero();
    assertThat(folder.resolve("t.pdf")).isNotEmptyFile();
  }

  @Test
  void csvHasAllDigitsAndNothingWhereANumberIsMissing() {
    assertThat(new CsvFormat().write(sheet()).lines())
        .contains("name_x,time [ms],cycles", "a|b<i>,1.239,1234567", "100 %,,");
  }

  @Test
  void aRowOfTheWrongLengthIsRefused() {
    assertThatThrownBy(() -> sheet().row("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 cells for 3 columns");
  }

  @Test
  void nothingIsBestWhereAllAreEqual() {
    Sheet sheet = new Sheet("t", "t").number("x", 1, Best.HIGHEST).row(1.0).row(1.0);
    assertThat(sheet.isBest(0, 0)).isFalse();
  }
}
