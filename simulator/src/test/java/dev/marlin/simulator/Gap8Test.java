package dev.marlin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.simulator.Gap8.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The short way: boot, run, look at the result; again and again. */
class Gap8Test {
  private static final Program HI =
      new Code().poke(0x1a111000, 'h').poke(0x1a111000, '\n').exit(4).program();

  @Test
  void aChipBootsAndRuns() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Gap8 chip = Gap8.boot(HI, ChipConfig.gap8().withCores(2)).stdout(out);
    RunResult result = chip.run(Limits.cycles(1000));
    assertThat(result.exitStatus()).isEqualTo(4);
    assertThat(result.statistics().cores()).hasSize(3);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("h\n");
  }

  @Test
  void runsShareNothing() {
    Gap8 chip = Gap8.boot(HI, ChipConfig.gap8());
    long cycles = chip.run(Limits.cycles(1000)).statistics().cycles();
    assertThat(
            IntStream.range(0, 50)
                .parallel()
                .mapToLong(i -> chip.run(Limits.cycles(1000)).statistics().cycles()))
        .containsOnly(cycles);
  }

  @Test
  void limitsHold() {
    Gap8 chip = Gap8.boot(new Code().word(0x6f).program(), ChipConfig.gap8());
    assertThatThrownBy(() -> chip.run(Limits.cycles(500))).hasMessageContaining("500 cycles");
    assertThatThrownBy(() -> Limits.cycles(0)).hasMessageContaining("0 cycles");
  }
}
