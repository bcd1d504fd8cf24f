package dev.marlin.explorer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportStampTest {
  @TempDir Path folder;

  @BeforeEach
  void aReport() throws IOException {
    Files.writeString(folder.resolve("index.html"), "page");
    Files.createDirectory(folder.resolve("points"));
    Files.writeString(folder.resolve("points/a.html"), "point");
    new ReportStamp(folder).write("rows");
  }

  private boolean says(String rows) {
    return new ReportStamp(folder).says(rows);
  }

  @Test
  void knowsAReportOfTheSameRows() throws IOException {
    Files.writeString(folder.resolve("results.sqlite"), "not a part of the report");
    assertThat(says("rows")).isTrue();
    assertThat(says("other rows")).isFalse();
  }

  @Test
  void doesNotKnowAReportThatLostGainedOrChangedAFile() throws IOException {
    Files.delete(folder.resolve("points/a.html"));
    assertThat(says("rows")).as("lost").isFalse();
    new ReportStamp(folder).write("rows");
    Files.writeString(folder.resolve("results.csv"), "rows");
    assertThat(says("rows")).as("gained").isFalse();
    new ReportStamp(folder).write("rows");
    Files.writeString(folder.resolve("index.html"), "another page");
    assertThat(says("rows")).as("changed").isFalse();
  }

  @Test
  void doesNotKnowAReportWhenItIsDamagedOrGone() throws IOException {
    Files.writeString(folder.resolve(ReportStamp.FILE), "\0\1");
    assertThat(says("rows")).isFalse();
    new ReportStamp(folder).write("rows");
    assertThat(says("rows")).isTrue();
    new ReportStamp(folder).remove();
    assertThat(says("rows")).isFalse();
  }
}
