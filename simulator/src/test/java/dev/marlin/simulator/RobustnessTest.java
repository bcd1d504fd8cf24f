package dev.marlin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.marlin.simulator.SimulationException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Programs that go wrong end with one clear error; files that are no programs are refused. */
class RobustnessTest {
  private static final RunOptions SHORT = RunOptions.defaults().withMaxCycles(100_000);

  @Test
  void unmappedAccessNamesAddressAndPlace() {
    fails(new Code().poke(0x30000000, 1).exit(0), Kind.INVALID_ACCESS, "0x30000000", "Core FC");
    fails(new Code().poke(0x10010000, 1).exit(0), Kind.INVALID_ACCESS, "0x10010000");
    fails(new Code().poke(0x1c080000, 1).exit(0), Kind.INVALID_ACCESS, "0x1c080000");
  }

  @Test
  void illegalInstructionNamesTheWord() {
    fails(new Code().word(0xffffffff), Kind.ILLEGAL_INSTRUCTION, ".4byte 0xffffffff");
  }

  @Test
  void jumpIntoNothingIsAnInvalidAccess() {
    fails(new Code().li(Code.A0, 0x40000000).word(0x00050067), Kind.INVALID_ACCESS, "0x40000000");
  }

  @Test
  void sleepingForEverIsADeadlock() {
    fails(new Code().word(0x10500073), Kind.DEADLOCK, "waits for an interrupt");
    Code code = new Code().poke(0x1b204000, 1).li(Code.A0, 0x1b20403c).word(0x00056503);
    fails(code.exit(0), Kind.DEADLOCK, "waits for events (event mask 0x1");
  }

  @Test
  void runningForEverHitsTheLimit() {
    fails(new Code().word(0x6f), Kind.CYCLE_LIMIT, "100000 cycles");
  }

  @Test
  void emptyOrUnevenTransfersAreRefused() {
    Code code = new Code().poke(0x1a104070, 8);
    code.li(Code.A0, 0x10201800).word(Code.lw(Code.A1, Code.A0, 0));
    for (int word : new int[] {0x000f0010, 0, 0x1c010000, 0x00080007}) {
      code.li(Code.T1, word).word(Code.sw(Code.T1, Code.A0, 0));
    }
    fails(code.exit(0), Kind.INVALID_ACCESS, "not a multiple of its line");
  }

  @Test
  void tooBigAProgramSaysHowBig() {
    Program program = Program.parse(Code.elf(new byte[0x90000], Code.BASE), "big.elf");
    assertThatThrownBy(() -> Simulator.run(program, SHORT))
        .asInstanceOf(type(SimulationException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.PROGRAM_TOO_BIG))
        .satisfies(e -> assertThat(e.getMessage()).contains("big.elf", "0x1c090000", "--l2"));
    RunOptions larger = SHORT.withChip(ChipConfig.gap8().withL2Bytes(1 << 20));
    assertThatThrownBy(() -> Simulator.run(program, larger))
        .asInstanceOf(type(SimulationException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.ILLEGAL_INSTRUCTION));
  }

  @Test
  void chipsOutsideTheRangesAreRefusedWithTheValue() {
    ChipConfig chip = ChipConfig.gap8();
    assertThatThrownBy(() -> chip.withCores(17)).hasMessageContaining("17");
    assertThatThrownBy(() -> chip.withL1Bytes(5000)).hasMessageContaining("5000");
    assertThatThrownBy(() -> chip.withL2Bytes(1 << 25)).hasMessageContaining("33554432");
    assertThatThrownBy(() -> SHORT.withMaxCycles(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> SHORT.withChip(chip.withL3Bytes(0)).withL3Image(new byte[1]))
        .hasMessageContaining("1 bytes");
  }

  @Test
  void exitStatusOutputAndTraceReachTheCaller() {
    Code code = new Code();
    for (byte c : "hi\n".getBytes(StandardCharsets.UTF_8)) {
      code.poke(0x1a111000, c);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream trace = new ByteArrayOutputStream();
    RunOptions options =
        SHORT
            .withStdout(out)
            .withTrace(Pattern.compile(""), new PrintStream(trace, true, StandardCharsets.UTF_8));
    RunResult result = Simulator.run(code.exit(42).program(), options);
    assertThat(result.exitStatus()).isEqualTo(42);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hi\n");
    assertThat(trace.toString(StandardCharsets.UTF_8)).contains("sw t1,0(t0); x5=1a111000");
    assertThat(result.statistics().instructions()).isEqualTo(20);
  }

  @Test
  void damagedFilesGiveAProgramOrOneClearMessage() {
    byte[] good = Code.elf(new Code().exit(0).bytes(), Code.BASE);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(8); n >= 0; n--) {
        bad[random.nextInt(random.nextBoolean() ? 0x54 : bad.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        bad = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
      }
      try {
        Program program = Program.parse(bad, "bad.elf");
        assertThat(program.symbol("main")).isEmpty();
      } catch (ProgramFormatException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("bad.elf ").doesNotContain("\n");
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void randomCodeNeverBreaksTheSimulator() {
    for (int seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      Code code = new Code();
      for (int i = 0; i < 64; i++) {
        code.word(random.nextInt());
      }
      try {
        Simulator.run(code.program(), SHORT.withMaxCycles(2_000).withChip(small()));
      } catch (SimulationException e) {
        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
      }
    }
  }

  @Test
  void randomRegisterAccessesNeverBreakTheSimulator() {
    int[] bases = {
      0x10200000, 0x10200400, 0x10200800, 0x10200e00, 0x10201400, 0x10201800, 0x1a102180,
      0x1a102780, 0x1a104000, 0x1a106000, 0x1b200400, 0x1b200800, 0x1b204000, 0x1b204200,
      0x1a100000, 0x00200800, 0x10100000, 0x1b000000
    };
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Code code = new Code().poke(0x1a102780, -1).poke(0x1a1021b8, 1);
      for (int i = 0; i < 24; i++) {
        code.li(Code.A0, bases[random.nextInt(bases.length)] + 4 * random.nextInt(48));
        code.li(Code.A1, random.nextInt() >>> random.nextInt(32));
        code.word(
            random.nextBoolean()
                ? Code.sw(Code.A1, Code.A0, 0)
                : Code.lw(Code.A2, Code.A0, random.nextInt(8) == 0 ? 1 : 0));
      }
      code.exit(0);
      try {
        Simulator.run(code.program(), SHORT.withMaxCycles(20_000).withChip(small()));
      } catch (SimulationException e) {
        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
      }
    }
  }

  private static ChipConfig small() {
    return ChipConfig.gap8().withL3Bytes(4096).withL2Bytes(64 * 1024).withCores(2);
  }

  private static void fails(Code code, Kind kind, String... words) {
    Program program = code.program();
    assertThatThrownBy(() -> Simulator.run(program, SHORT))
        .asInstanceOf(type(SimulationException.class))
        .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .satisfies(e -> assertThat(e.getMessage()).contains(words).doesNotContain("\n"));
  }
}
