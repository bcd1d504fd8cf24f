package dev.marlin.explorer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DesignPointTest {
  /** Spelt out, not the defaults: those may change, the key of the same options may not. */
  private static final PointOptions OPTIONS =
      new PointOptions(
          64 << 10,
          512 << 10,
          8 << 20,
          8,
          100_000_000,
          "cycles",
          new TreeMap<>(),
          "auto",
          "shift",
          "embedded",
          new TreeMap<>());

  private static String key(PointOptions options) {
    return new DesignPoint(ModelRef.zoo("dscnn"), options).key("v1");
  }

  /** Kept results are found by this key: if it changes, all of them are lost. */
  @Test
  void hasAKeyThatNeverChanges() {
    assertThat(key(OPTIONS)).isEqualTo("871976512343208e6ecdc15f8e983920");
  }

  @Test
  void hasAnotherKeyForEveryOption() {
    List<PointOptions> all =
        List.of(
            OPTIONS,
            OPTIONS.withL1Bytes(1),
            OPTIONS.withL2Bytes(1),
            OPTIONS.withL3Bytes(1),
            OPTIONS.withCores(1),
            OPTIONS.withClockHertz(1),
            OPTIONS.withTiling("x"),
            OPTIONS.withHeuristics(new TreeMap<>(Map.of("a", 1.0))),
            OPTIONS.withHeuristics(new TreeMap<>(Map.of("a", 2.0))),
            OPTIONS.withToolchain("x"),
            OPTIONS.withRequantization("x"),
            OPTIONS.withExecutor("x"),
            OPTIONS.withChip(new TreeMap<>(Map.of("a", "1"))));
    assertThat(all.size() - 2).isEqualTo(PointOptions.class.getRecordComponents().length);
    Stream<String> keys = all.stream().map(DesignPointTest::key);
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void hasAnotherKeyForOtherCode() {
    DesignPoint point = new DesignPoint(ModelRef.zoo("dscnn"), OPTIONS);
    assertThat(point.key("v2")).isNotEqualTo(point.key("v1"));
  }

  @Test
  void dependsOnTheContentOfAFileAndNotOnItsPlace(@TempDir Path folder) throws IOException {
    Path a = Files.writeString(folder.resolve("a.onnx"), "content");
    Path b = Files.writeString(folder.resolve("b.onnx"), "content");
    Path c = Files.writeString(folder.resolve("c.onnx"), "other");
    String key = new DesignPoint(ModelRef.file(a), OPTIONS).key("v1");
    assertThat(new DesignPoint(ModelRef.file(b), OPTIONS).key("v1")).isEqualTo(key);
    assertThat(new DesignPoint(ModelRef.file(c), OPTIONS).key("v1")).isNotEqualTo(key);
  }
}
