package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Probe;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.SimulationException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RuntimeTest {

  private static final FirmwareBuilder BUILDER = Programs.builder();

  private static byte[] emptyImage() {
    byte[] image = new byte[64];
    L3Image.writeHeader(image, true);
    return image;
  }

  private static FirmwareImage build(FirmwareTarget target, String source) {
    return BUILDER.build(
        FirmwareRequest.of(target, Map.of("network.c", source), java.util.Set.of(), 256, 1024));
  }

  @Test
  void aNetworkWithoutLayersPrintsItsTotalAndEnds() {
    FirmwareImage image = build(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK);
    Run run = Run.of(FirmwareTarget.GAP8, image, emptyImage());
    assertThat(run.lines()).containsExactly("marlin total cycles 0");
    assertThat(run.status()).isZero();
  }

  @Test
  void aProgramWithoutItsImageSaysSo() {
    FirmwareImage image = build(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK);
    Run run = Run.of(FirmwareTarget.GAP8, image, new byte[64]);
    assertThat(run.lines().get(0))
        .isEqualTo("marlin error: HyperRAM holds no L3 image: word 0 is 00000000, not 4e4c524d");
    assertThat(run.status()).isEqualTo(98);
  }

  private static final String ECALL_ON_CORE =
      """
      #include "network.h"
      #include "turn.h"
      static uint32_t results[2];
      static void trap(const tile_t *none) {
        (void)none;
        if (core_id() == %d) __asm__ volatile(".globl wrong\\nwrong: ecall");
      }
      static void run(void) { turn_run(trap); }
      static const network_layer_t layers[] = {{run, {L2(0), L3_NONE, 4}}};
      const network_t network = {1, layers, 0, 0, results};
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aTrapEndsTheProgramWithCauseAndPlace(int core) {
    FirmwareImage image = build(FirmwareTarget.GAP8, ECALL_ON_CORE.formatted(core));
    Run run = Run.of(FirmwareTarget.GAP8, image, emptyImage());
    assertThat(run.lines())
        .containsExactly(
            "marlin trap cause 11 pc %08x core %d".formatted(image.address("wrong"), core));
    assertThat(run.status()).isEqualTo(99);
  }

  private static final String RECURSION_ON_CORE =
      """
      #include "network.h"
      #include "turn.h"
      static uint32_t results[2];
      __attribute__((noinline)) static int deeper(int n) {
        volatile int here[8] = {n};
        return n == 10000 ? 0 : deeper(n + 1) + here[n & 7];
      }
      static void recurse(const tile_t *none) {
        (void)none;
        if (core_id() == %d) deeper(0);
      }
      static void run(void) { turn_run(recurse); }
      static const network_layer_t layers[] = {{run, {L2(0), L3_NONE, 4}}};
      const network_t network = {1, layers, 0, 0, results};
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aStackThatOverflowsEndsTheRunBeforeItSpoilsAnother(int core) {
    FirmwareImage image = build(FirmwareTarget.GAP8, RECURSION_ON_CORE.formatted(core));
    assertThatThrownBy(() -> Run.of(FirmwareTarget.GAP8, image, emptyImage()))
        .isInstanceOf(SimulationException.class)
        .hasMessageContaining("The stack of core " + core + " overflows at ")
        .hasMessageContaining("<deeper");
  }

  /** Every core passes what it has to the next one, a barrier between all steps. */
  private static final String ROUND_ABOUT =
      """
      #include "network.h"
      #include "turn.h"
      static uint32_t results[2];
      static void pass_on(const tile_t *none) {
        (void)none;
        volatile uint32_t *slots = (volatile uint32_t *)L1(0);
        int me = core_id(), next = (me + 1) % NUM_CORES;
        slots[me] = (uint32_t)me;
        cluster_barrier();
        for (int step = 0; step < 50; step++) {
          uint32_t value = slots[me];
          for (volatile int i = 0; i < me * (step & 3); i++) {
          }
          cluster_barrier();
          slots[next] = value * 3 + 1;
          cluster_barrier();
        }
        ((uint32_t *)L2(0))[me] = slots[me];
      }
      static void run(void) { turn_run(pass_on); }
      static const network_layer_t layers[] = {{run, {L2(0), L3_NONE, 4 * NUM_CORES}}};
      const network_t network = {1, layers, 0, 0, results};
      """;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 16})
  void allCoresRunAndMeetAtBarriers(int cores) {
    FirmwareTarget target = new FirmwareTarget(cores, 64 * 1024, 512 * 1024);
    int[] slots = new int[cores];
    for (int i = 0; i < cores; i++) {
      slots[i] = i;
    }
    for (int step = 0; step < 50; step++) {
      int[] next = new int[cores];
      for (int i = 0; i < cores; i++) {
        next[(i + 1) % cores] = slots[i] * 3 + 1;
      }
      slots = next;
    }
    byte[] expected = new byte[4 * cores];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) (slots[i / 4] >> (8 * (i % 4)));
    }
    Run run = Run.of(target, build(target, ROUND_ABOUT), emptyImage());
    assertThat(run.status()).isZero();
    assertThat(run.hashLines())
        .containsExactly("marlin layer 0 hash %08x".formatted(OutputHash.of(expected)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aProbeAtLayerDoneSeesEveryLayersCompleteOutput(long seed) {
    completeAtLayerDone(seed, ChipConfig.gap8());
  }

  /** The end of a write to L3 cannot be seen, only waited for: longer on a slow bus. */
  @ParameterizedTest(name = "FC {0}, cluster {1}, {2}/1000 bytes a cycle")
  @CsvSource({"1, 1, 600", "1, 1, 50", "1, 4, 1000", "4, 1, 1000", "50, 175, 300", "1, 1, 4000"})
  void soItDoesOnAnyBusAndAtAnyClockRatio(int fc, int cluster, int bandwidth) {
    ChipConfig chip =
        ChipConfig.gap8()
            .withClocks(new ChipConfig.Clocks(fc, cluster))
            .withL3Bus(new ChipConfig.L3Bus(72, bandwidth));
    completeAtLayerDone(3, chip);
    completeAtLayerDone(8, chip);
  }

  /**
   * Interpreted or translated, watched or not: the same cycles, stalls and timeline on any chip.
   */
  @ParameterizedTest(name = "{0} cores, {1} banks each, FC {2}, cluster {3}, {4}/1000 bytes")
  @CsvSource({"8, 2, 1, 1, 1000", "16, 1, 1, 2, 600", "3, 4, 3, 1, 250", "1, 2, 50, 87, 1000"})
  void everyChipRunsTheSameInBothEngines(int cores, int banks, int fc, int cluster, int bandwidth) {
    FirmwareTarget target = new FirmwareTarget(cores, 128 * 1024, 512 * 1024);
    LayerProgram program = new LayerProgram(6, 8, 6);
    FirmwareImage image = BUILDER.build(program.request(target));
    ChipConfig chip =
        ChipConfig.gap8()
            .withBankingFactor(banks)
            .withClusterIcache(new ChipConfig.Icache(32, 4, 16))
            .withClocks(new ChipConfig.Clocks(fc, cluster))
            .withL3Bus(new ChipConfig.L3Bus(72, bandwidth));
    List<List<String>> timelines = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    for (RunOptions.Engine engine : RunOptions.Engine.values()) {
      RunOptions options =
          RunOptions.defaults().withChip(chip).withL3Image(program.image()).withEngine(engine);
      runs.add(Run.of(target, image, options, Map.of()));
      ByteArrayOutputStream timeline = new ByteArrayOutputStream();
      runs.add(Run.of(target, image, options.withTimeline(timeline), Map.of()));
      timelines.add(timeline.toString(StandardCharsets.UTF_8).lines().sorted().toList());
    }
    assertThat(runs.get(0).hashLines()).isEqualTo(program.expected());
    for (Run run : runs) {
      assertThat(run.lines()).isEqualTo(runs.get(0).lines());
      assertThat(run.result().statistics().cores())
          .isEqualTo(runs.get(0).result().statistics().cores());
      assertThat(run.result().statistics().dma())
          .isEqualTo(runs.get(0).result().statistics().dma());
    }
    assertThat(timelines.get(1)).isEqualTo(timelines.get(0));
  }

  private static void completeAtLayerDone(long seed, ChipConfig chip) {
    LayerProgram program = new LayerProgram(seed, 10, 9);
    FirmwareImage image = BUILDER.build(program.request(FirmwareTarget.GAP8));
    List<Integer> layers = new ArrayList<>();
    List<Integer> hashes = new ArrayList<>();
    Probe probe =
        (machine, core) -> {
          assertThat(core).as("the fabric controller").isEqualTo(8);
          int layer = machine.register(core, 10);
          layers.add(layer);
          LayerProgram.Output output = program.outputs().get(layer);
          byte[] bytes =
              output.l2() >= 0
                  ? machine.read((int) image.l2(output.l2()), output.bytes())
                  : machine.readL3(output.l3(), output.bytes());
          hashes.add(OutputHash.of(bytes));
        };
    RunOptions options = RunOptions.defaults().withChip(chip).withL3Image(program.image());
    Run run = Run.of(FirmwareTarget.GAP8, image, options, Map.of("marlin_layer_done", probe));
    assertThat(run.status()).isZero();
    int n = program.expected().size();
    assertThat(layers).as("two passes").hasSize(2 * n);
    for (int i = 0; i < 2 * n; i++) {
      assertThat(layers.get(i)).isEqualTo(i % n);
      assertThat("marlin layer %d hash %08x".formatted(i % n, hashes.get(i)))
          .isEqualTo(program.expected().get(i % n));
    }
  }
}
