package dev.marlin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the calibration programs and compares what they print with what gvsoc printed.
 *
 * <p>The programs are outside the repository: {@code MARLIN_SHARED} (system property or
 * environment), else {@code ../shared} beside it, names the directory that holds {@code
 * calibration/}. Without it the test is skipped.
 */
class CalibrationTest {
  private record Line(String kind, String id, String core, String value) {}

  private record Difference(String program, String id, String core, long expected, long got) {
    double relative() {
      return Math.abs(got - expected) / (double) Math.max(1, expected);
    }
  }

  private static final class Category {
    int lines;
    int exact;
    int close;
    int far;
    int values;
    long expected;
    long got;

    double sumError() {
      return expected == 0 ? 0 : Math.abs(got - expected) / (double) expected;
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(RunOptions.Engine.class)
  void printsWhatGvsocPrints(RunOptions.Engine engine) throws IOException {
    Path programs = directory().map(d -> d.resolve("calibration/programs")).orElse(null);
    assumeTrue(
        programs != null && Files.isDirectory(programs),
        "No calibration programs: set MARLIN_SHARED to the directory that holds calibration/");
    Map<String, Category> categories = new TreeMap<>();
    List<Difference> differences = new ArrayList<>();
    List<String> wrongValues = new ArrayList<>();
    List<Path> files;
    try (var list = Files.list(programs)) {
      files = list.filter(f -> f.toString().endsWith(".elf")).sorted().toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".elf", "");
      List<Line> expected = lines(Files.readString(programs.resolve(name + ".out")));
      List<Line> got = lines(run(file, name, engine));
      assertThat(got).as("lines of " + name).hasSameSizeAs(expected);
      Category category =
          categories.computeIfAbsent(name.replaceFirst("_.*", ""), n -> new Category());
      for (int i = 0; i < expected.size(); i++) {
        compare(name, expected.get(i), got.get(i), category, differences, wrongValues);
      }
    }
    print(categories, differences);

    assertThat(wrongValues).isEmpty();
    categories.forEach(
        (name, category) -> {
          assertThat(category.exact).as("exact lines of " + name).isEqualTo(category.lines);
          assertThat(category.sumError()).as("sum of " + name).isZero();
        });
  }

  private static void compare(
      String program,
      Line expected,
      Line got,
      Category category,
      List<Difference> differences,
      List<String> wrongValues) {
    assertThat(got.id).isEqualTo(expected.id);
    if (expected.kind.equals("val")) {
      category.values++;
      if (!got.value.equals(expected.value)) {
        wrongValues.add(program + " " + expected.id + ": " + expected.value + " was " + got.value);
      }
      return;
    }
    long wanted = Long.parseLong(expected.value);
    long cycles = Long.parseLong(got.value);
    long difference = Math.abs(cycles - wanted);
    category.lines++;
    category.expected += wanted;
    category.got += cycles;
    category.exact += difference == 0 ? 1 : 0;
    category.close += difference <= 2 || difference <= wanted / 100 ? 1 : 0;
    category.far += difference > 2 && difference > wanted / 10 ? 1 : 0;
    if (difference != 0) {
      differences.add(new Difference(program, expected.id, expected.core, wanted, cycles));
    }
  }

  private static void print(Map<String, Category> categories, List<Difference> differences) {
    System.out.println("category  values  lines  exact  within 1% or 2  over 10%  sum error %");
    categories.forEach(
        (name, c) ->
            System.out.printf(
                Locale.ROOT,
                "%-8s %7d %6d %6d %15d %9d %12.4f%n",
                name,
                c.values,
                c.lines,
                c.exact,
                c.close,
                c.far,
                100 * c.sumError()));
    differences.sort(Comparator.comparingDouble(d -> -d.relative()));
    differences.stream()
        .limit(10)
        .forEach(
            d ->
                System.out.printf(
                    Locale.ROOT,
                    "  %s %s core %s: %d cycles instead of %d (%.2f %%)%n",
                    d.program,
                    d.id,
                    d.core,
                    d.got,
                    d.expected,
                    100 * d.relative()));
  }

  private static String run(Path file, String name, RunOptions.Engine engine) throws IOException {
    ChipConfig chip = ChipConfig.gap8();
    if (name.startsWith("whatif")) {
      chip = chip.withL1Bytes(128 * 1024).withL2Bytes(1024 * 1024);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RunResult result =
        Simulator.run(
            Program.read(file),
            RunOptions.defaults()
                .withChip(chip)
                .withStdout(out)
                .withMaxCycles(200_000_000)
                .withEngine(engine));
    assertThat(result.exitStatus()).as("exit status of " + name).isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<Line> lines(String output) {
    return output
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(words -> words[0].equals("val") || words[0].equals("cyc"))
        .map(
            words ->
                words[0].equals("val")
                    ? new Line("val", words[1], "", words[2])
                    : new Line("cyc", words[1], words[2], words[3]))
        .toList();
  }

  static Optional<Path> directory() {
    String set =
        Optional.ofNullable(System.getProperty("MARLIN_SHARED"))
            .orElse(System.getenv("MARLIN_SHARED"));
    if (set != null) {
      return Optional.of(Path.of(set));
    }
    return Optional.ofNullable(System.getProperty("marlin.root"))
        .map(root -> Path.of(root).resolve("../shared").normalize());
  }
}
