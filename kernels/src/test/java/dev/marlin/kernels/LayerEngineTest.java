package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Probe;
import dev.marlin.simulator.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  /** A slow bus still carries the end of a write when the uDMA has long fetched it. */
  @ParameterizedTest(name = "{0} cores, {1} bytes in 1000 cycles")
  @CsvSource({"1, 1000", "8, 1000", "1, 60", "8, 60"})
  void aLayerIsDoneWhenTheLastByteOfItsOutputIsInItsPlace(int cores, int milliBytes) {
    FirmwareTarget target = new FirmwareTarget(cores, 64 * 1024, 512 * 1024);
    int inL3 = 0;
    for (int i = 0; i < PROGRAMS / 3; i++) {
      LayerProgram program = new LayerProgram(9000L * cores + i, 10, 9);
      FirmwareImage image = BUILDER.build(program.request(target));
      List<String> incomplete = new ArrayList<>();
      Probe probe =
          (machine, core) -> {
            int layer = machine.register(core, 10);
            LayerProgram.Output output = program.outputs().get(layer);
            byte[] bytes =
                output.l3() >= 0
                    ? machine.readL3(output.l3(), output.bytes())
                    : machine.read((int) image.l2(output.l2()), output.bytes());
            String line = "marlin layer %d hash %08x".formatted(layer, OutputHash.of(bytes));
            if (!program.expected().contains(line)) {
              incomplete.add(line + " at " + output);
            }
          };
      ChipConfig chip = ChipConfig.gap8().withL3Bus(new ChipConfig.L3Bus(70, milliBytes));
      RunOptions options = RunOptions.defaults().withChip(chip).withL3Image(program.image());
      Run run = Run.of(target, image, options, Map.of("marlin_layer_done", probe));
      assertThat(run.status()).isZero();
      assertThat(incomplete).as("seed %d%n%s", i, program.description()).isEmpty();
      inL3 += (int) program.outputs().stream().filter(output -> output.l3() >= 0).count();
    }
    assertThat(inL3).as("outputs in L3 that were looked at").isPositive();
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
