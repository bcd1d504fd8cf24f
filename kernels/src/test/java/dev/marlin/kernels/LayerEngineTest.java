package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random layers, tiled and placed at random, on the simulated chip. */
final class LayerEngineTest {

  private static final FirmwareBuilder BUILDER = Programs.builder();
  private static final int PROGRAMS = 30;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 16})
  void everyTilingOfALayerWritesTheLayersOutputAndNothingElse(int cores) {
    FirmwareTarget target = new FirmwareTarget(cores, 64 * 1024, 512 * 1024);
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = 1000L * cores + i;
      boolean large = i % 5 == 0; // stripes that L3 needs longer for than the cores
      LayerProgram program = new LayerProgram(seed, large ? 30 : 10, large ? 12 : 9);
      FirmwareImage image = BUILDER.build(program.request(target));
      Run run = Run.of(target, image, program.image());
      assertThat(run.hashLines())
          .as("cores %d, seed %d, status %d%n%s", cores, seed, run.status(), program.description())
          .isEqualTo(program.expected());
      assertThat(run.status()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theCyclesOfTheLayersAddUpToTheTotal(long seed) {
    LayerProgram program = new LayerProgram(seed, 10, 9);
    FirmwareImage image = BUILDER.build(program.request(FirmwareTarget.GAP8));
    Run run = Run.of(FirmwareTarget.GAP8, image, program.image());
    long sum = 0;
    for (int i = 0; i < program.expected().size(); i++) {
      sum += run.cycles("layer " + i);
    }
    assertThat(sum).isEqualTo(run.cycles("total"));
  }
}
