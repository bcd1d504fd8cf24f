package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With GCC, too, everything compiles without a warning (warnings are errors) and computes the same.
 */
final class GccTest {

  private static final String GCC = "riscv64-unknown-elf-gcc";
  private static final int CASES = 75;
  private static final FirmwareTarget TARGET = new FirmwareTarget(8, 128 * 1024, 1024 * 1024);

  @BeforeEach
  void gccIsThere() {
    assumeGcc();
  }

  /** Skips the test where there is no GCC. */
  static void assumeGcc() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    boolean there =
        Stream.of(path.split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(GCC)));
    assumeTrue(there, "skipped: " + GCC + " is not on the PATH");
  }

  private static FirmwareBuilder builder() {
    return new FirmwareBuilder(Toolchains.find("gcc", line -> {}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convolution",
        "pointwise",
        "few inputs",
        "grouped",
        "depthwise 3x3",
        "depthwise",
        "fully connected",
        "max pooling",
        "average pooling",
        "addition",
        "addition by tables",
        "max pooling 2x2",
        "concatenation",
        "convolution in steps",
        "few inputs in steps",
        "fully connected in steps"
      })
  void everyKernelComputesWhatPlainArithmeticGives(String family) {
    Random random = new Random(family.hashCode());
    List<KernelCase> cases = new ArrayList<>();
    for (int i = 1; i <= CASES; i++) {
      cases.add(
          KernelTest.random(
              random, family, i % 7 == 0 ? KernelCase.Filling.EXTREME : KernelCase.Filling.RANDOM));
    }
    assertThat(new KernelProgram(TARGET, cases).run(builder(), new ArrayList<>())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void theLayerEngineWritesTheSame(int cores) {
    FirmwareTarget target = new FirmwareTarget(cores, 64 * 1024, 512 * 1024);
    for (int seed = 1; seed <= 5; seed++) {
      LayerProgram program = new LayerProgram(7000 + seed, 10, 9);
      Run run = Run.of(target, builder().build(program.request(target)), program.image());
      assertThat(run.hashLines()).as(program.description()).isEqualTo(program.expected());
    }
  }

  @Test
  void everyFileOfTheLibraryCompiles() {
    List<String> files = CSources.load().in("nn").stream().filter(f -> f.endsWith(".c")).toList();
    assertThat(files).isNotEmpty();
    FirmwareRequest all =
        FirmwareRequest.of(
            TARGET,
            Map.of("network.c", Programs.EMPTY_NETWORK),
            new TreeSet<>(files.stream().map(f -> f.substring(f.indexOf('/') + 1)).toList()),
            0,
            0);
    assertThat(builder().build(all).elf()).isNotEmpty();
  }
}
