package dev.marlin.reports.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublishedTest {
  @Test
  void theBoardTableAddsUpToWhatItsPaperSays() {
    PublishedLayers table = Published.load().layers("mobilenet_v1_1.0_128").orElseThrow();
    assertThat(table.rows()).hasSize(21);
    assertThat(table.rows().stream().flatMap(r -> r.layers().stream()))
        .doesNotHaveDuplicates()
        .hasSize(29);
    assertThat(table.milliseconds()).isCloseTo(238.9, offset(0.2));
    assertThat(table.macs()).isCloseTo(186.4e6, offset(0.3e6));
    assertThat(table.millijoules()).isCloseTo(9.3, offset(0.05));
  }

  @Test
  void headlinesBecomeCyclesAtTheirOwnClock() {
    var headline =
        Published.load().networks().stream()
            .filter(n -> n.source().system().equals("DORY, paper"))
            .findFirst()
            .orElseThrow();
    assertThat(headline.cycles()).isCloseTo(100e6 / 4.3, offset(1.0));
    assertThat(headline.macPerCycle()).isCloseTo(8.0, offset(0.05));
    assertThat(headline.derived()).isTrue();
    var tiler =
        Published.load().networks().stream()
            .filter(
                n ->
                    n.source().system().equals("AutoTiler")
                        && n.model().equals("mobilenet_v1_1.0_128"))
            .findFirst()
            .orElseThrow();
    assertThat(tiler.macPerCycle()).isCloseTo(7.65, offset(0.01));
    assertThat(tiler.source().clock()).isEqualTo("cluster 175 MHz, FC 250 MHz, 1.2 V");
  }

  @Test
  void manyMayReadTheSameJarAtOnce(@TempDir Path folder) throws Exception {
    Path classes =
        Path.of(Published.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jar = folder.resolve("published.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> all = Files.walk(classes.resolve("dev/marlin/reports/published"))) {
      for (Path file : all.toList()) {
        String name = classes.relativize(file).toString().replace('\\', '/');
        boolean directory = Files.isDirectory(file);
        zip.putNextEntry(new ZipEntry(directory ? name + "/" : name));
        if (!directory) {
          zip.write(Files.readAllBytes(file));
        }
      }
    }
    ExecutorService readers = Executors.newFixedThreadPool(8);
    // Not the classes of this test: those are in a folder.
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      Method load = loader.loadClass(Published.class.getName()).getMethod("load");
      List<Future<Object>> loads = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        loads.add(readers.submit(() -> load.invoke(null)));
      }
      for (Future<Object> one : loads) {
        assertThat(one.get().toString()).contains("mobilenet_v1_1.0_128");
      }
    } finally {
      readers.shutdown();
    }
  }

  @Test
  void everyResultHasASourceAndATrustMark() {
    assertThat(Published.load().sources())
        .hasSizeGreaterThan(6)
        .allSatisfy(source -> assertThat(source.text()).isNotEmpty());
    assertThatThrownBy(
            () ->
                Published.of(
                    List.of(
                        DataFile.parse(
                            "x.csv",
                            "# kind: claims\n# title: t\n# system: s\n# source: x\n# trust: U\nwhat,value,unit\n"))))
        .hasMessageContaining("must be P, D or S");
    assertThatThrownBy(() -> DataFile.parse("x.csv", "a,b\n1\n")).hasMessageContaining("x.csv:2");
  }
}
