package dev.marlin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.marlin.simulator.SimulationException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
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
    fails(
        new Code().poke(0x1a10a000, 1).exit(0),
        Kind.INVALID_ACCESS,
        "Core FC stores 4 bytes at 0x1a10a000, where no register of that kind is, at 0x1c000090",
        "(sw t1,0(t0)), cycle ");
  }

  /** Memories take accesses across words, registers do not. */
  @Test
  void misalignedAccessesToRegistersSaySo() {
    fails(
        new Code().poke(0x1b204002, 1).exit(0),
        Kind.INVALID_ACCESS,
        "Core FC stores 2 bytes of a misaligned word at 0x1b204002");
    assertThat(Simulator.run(new Code().poke(0x1c040002, 1).exit(5).program(), SHORT).exitStatus())
        .isEqualTo(5);
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

  /** An ELF file with two segments, sections, and symbols for every instruction. */
  private static byte[] elfWithSymbols() {
    Code code = new Code().poke(0x1b201400, -1).poke(0x1c008000, 5).nop(8).exit(3);
    byte[] text = code.bytes();
    int symbols = (text.length - Code.ENTRY) / 4;
    ByteBuffer file = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN);
    int data = 52 + 2 * 32;
    int table = data + text.length;
    int names = table + 16 * (symbols + 1);
    int sections = names + 1 + 4 * symbols;
    file.putInt(0x464c457f).put((byte) 1).put((byte) 1).put((byte) 1).position(16);
    file.putShort((short) 2).putShort((short) 243).putInt(1).putInt(Code.BASE + Code.ENTRY);
    file.putInt(52).putInt(sections).putInt(0).putShort((short) 52).putShort((short) 32);
    file.putShort((short) 2).putShort((short) 40).putShort((short) 3).putShort((short) 0);
    for (int[] segment :
        new int[][] {{data, Code.BASE, text.length, text.length}, {data, 0x1c008000, 0, 256}}) {
      file.putInt(1).putInt(segment[0]).putInt(segment[1]).putInt(segment[1]);
      file.putInt(segment[2]).putInt(segment[3]).putInt(7).putInt(4);
    }
    file.put(text).position(table + 16);
    for (int i = 0; i < symbols; i++) {
      file.putInt(1 + 4 * i).putInt(Code.BASE + Code.ENTRY + 4 * i).putInt(4);
      file.put((byte) 2).put((byte) 0).putShort((short) 1);
    }
    file.put((byte) 0);
    for (int i = 0; i < symbols; i++) {
      file.put(String.format(Locale.ROOT, "f%02d\0", i).getBytes(StandardCharsets.US_ASCII));
    }
    file.position(sections + 40);
    file.putInt(0).putInt(2).putInt(0).putInt(0).putInt(table).putInt(16 * (symbols + 1));
    file.putInt(2).putInt(1).putInt(4).putInt(16);
    file.putInt(0).putInt(3).putInt(0).putInt(0).putInt(names).putInt(1 + 4 * symbols);
    file.putInt(0).putInt(0).putInt(1).putInt(0);
    return Arrays.copyOf(file.array(), file.position());
  }

  @Test
  void symbolsOfAFileAreFound() {
    Program program = Program.parse(elfWithSymbols(), "symbols.elf");
    assertThat(program.symbol("f02")).hasValue(Code.BASE + Code.ENTRY + 8);
    assertThat(program.describe(Code.BASE + Code.ENTRY + 10)).isEqualTo("f02+0x2");
    assertThat(Simulator.run(program, SHORT).exitStatus()).isEqualTo(3);
  }

  /**
   * Bytes changed anywhere, fields of the headers set to the values that break loaders, files cut
   * short or put together: each is refused in one line, or runs to a result or one line.
   */
  @Test
  void damagedFilesGiveAResultOrOneClearMessage() {
    byte[] good = elfWithSymbols();
    int headers = 52 + 2 * 32;
    int[] nasty = {0, 1, -1, 0x7fffffff, 0x80000000, 0xfffffff0, 52, good.length, 0xffff, 0x10000};
    Random random = new Random(1);
    RunOptions quick = SHORT.withMaxCycles(2_000).withChip(small());
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < 25_000; i++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(6); n >= 0; n--) {
        int range = random.nextInt(3);
        int at =
            range == 0
                ? random.nextInt(headers)
                : range == 1 ? good.length - 1 - random.nextInt(120) : random.nextInt(bad.length);
        if (random.nextBoolean()) {
          bad[at] = (byte) random.nextInt();
        } else {
          int aligned = Math.min(at & ~3, good.length - 4);
          ByteBuffer.wrap(bad)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(aligned, nasty[random.nextInt(nasty.length)]);
        }
      }
      if (random.nextInt(5) == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(2 * bad.length));
      }
      String outcome;
      try {
        Program program = Program.parse(bad, "bad.elf");
        Simulator.run(program, quick);
        outcome = "ran";
      } catch (ProgramFormatException e) {
        outcome = "refused";
        assertThat(e.getMessage()).startsWith("bad.elf ").doesNotContain("\n");
      } catch (SimulationException e) {
        outcome = e.kind().toString();
        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
      }
      outcomes.merge(outcome, 1, Integer::sum);
    }
    assertThat(outcomes.keySet())
        .contains("ran", "refused", "PROGRAM_TOO_BIG", "INVALID_ACCESS", "ILLEGAL_INSTRUCTION");
    assertThat(outcomes.get("refused")).isGreaterThan(1000);
    assertThat(outcomes.get("ran")).isGreaterThan(1000);
  }

  /** Tables that overlap a hundred times must not cost a hundred times the memory. */
  @Test
  void overlappingSymbolTablesTakeBoundedTime() {
    byte[] file = new byte[4 << 20];
    Arrays.fill(file, (byte) 'a');
    ByteBuffer elf = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(elfWithSymbols(), 0, 52 + 2 * 32);
    int count = 20_000;
    elf.putInt(32, 1024).putShort(48, (short) count);
    for (int i = 0; i < count; i++) {
      int section = 1024 + 40 * i;
      elf.putInt(section + 4, 2).putInt(section + 16, 0).putInt(section + 20, file.length);
      elf.putInt(section + 24, 0);
    }
    long start = System.nanoTime();
    Program program = Program.parse(file, "tables.elf");
    assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
    assertThat(program.entry()).isEqualTo(Code.BASE + Code.ENTRY);
  }

  /** Loop starts at any address: what is no memory must not be kept for. */
  @Test
  void addressesWithoutMemoryTakeNoMemory() {
    Code code = new Code().li(Code.A0, 0x20000000).li(Code.A1, 4096).li(Code.A2, 200_000);
    code.word(0x7b051073); // csrw lpstart0,a0
    code.word(Code.r(0, 0, 0x33, Code.A0, Code.A0, Code.A1), Code.addi(Code.A2, Code.A2, -1));
    code.word(Code.branch(1, Code.A2, Code.ZERO, -12)).exit(0);
    RunOptions options = SHORT.withMaxCycles(100_000_000);
    assertThat(Simulator.run(code.program(), options).exitStatus()).isZero();
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
