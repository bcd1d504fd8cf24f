package dev.marlin.simulator;

import static dev.marlin.simulator.Code.A0;
import static dev.marlin.simulator.Code.A1;
import static dev.marlin.simulator.Code.A2;
import static dev.marlin.simulator.Code.T0;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.addi;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.sw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.marlin.simulator.SimulationException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Profile, timeline, trace and stack guard: what they show, and that they change no cycle. */
class WatchingTest {
  private static final int RA = 1;
  private static final int SP = 2;
  private static final int RET = 0x00008067;

  /** A program and the symbols that an ELF file would name. */
  private static final class Named {
    final Code code = new Code();
    final Map<String, Integer> symbols = new HashMap<>();
    final NavigableMap<Integer, String> functions = new TreeMap<>(Integer::compareUnsigned);

    void function(String name) {
      functions.put(code.here(), name);
      symbols.put(name, code.here());
    }

    Program program() {
      Program plain = code.program();
      return new Program("named", plain.entry(), plain.segments(), symbols, functions);
    }
  }

  private static int call(int from, int to) {
    return Code.jal(RA, to - from);
  }

  private static int jump(int from, int to) {
    return Code.jal(ZERO, to - from);
  }

  /** main calls outer twice; outer calls leaf, and ends in a jump to leaf. */
  private static Named nested() {
    Named named = new Named();
    Code code = named.code;
    named.function("start");
    code.poke(0x1b201400, -1).li(SP, 0x1b001000);
    int overLeaf = code.here();
    code.nop(1);
    named.function("leaf");
    int leaf = code.here();
    code.nop(10).word(RET);
    named.function("outer");
    int outer = code.here();
    code.word(addi(SP, SP, -16), sw(RA, SP, 12));
    code.word(call(code.here(), leaf));
    code.word(lw(RA, SP, 12), addi(SP, SP, 16));
    code.word(jump(code.here(), leaf));
    named.function("main");
    int main = code.here();
    code.word(call(code.here(), outer)).nop(5).word(call(code.here(), outer));
    code.exit(0);
    code.replace(overLeaf, jump(overLeaf, main));
    return named;
  }

  @Test
  void aProfileHasEveryCycleAtItsCallStack() {
    Program program = nested().program();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RunOptions plain = RunOptions.defaults();
    RunResult profiled = Simulator.run(program, plain.withProfile(out));
    RunResult quiet = Simulator.run(program, plain);
    assertThat(profiled.statistics().cycles()).isEqualTo(quiet.statistics().cycles());
    Map<String, Long> stacks = new HashMap<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      int blank = line.lastIndexOf(' ');
      stacks.put(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)));
    }
    // A jump at the end of outer makes leaf take its place.
    assertThat(stacks).containsKeys("fc;start", "fc;main", "fc;main;outer", "fc;main;outer;leaf");
    assertThat(stacks).containsKeys("fc;main;leaf", "core0;[off]");
    assertThat(stacks.get("fc;main;outer;leaf")).isBetween(24L, 24L + 40);
    long fc =
        stacks.entrySet().stream()
            .filter(e -> e.getKey().startsWith("fc"))
            .mapToLong(Map.Entry::getValue)
            .sum();
    assertThat(fc).as("every cycle once").isEqualTo(quiet.statistics().cycles());
    assertThat(stacks.get("core0;[off]")).isEqualTo(fc);
  }

  @Test
  void aTraceShowsCyclePlaceTextAndResults() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Program program = nested().program();
    RunOptions options =
        RunOptions.defaults()
            .withTrace(
                Pattern.compile("^outer"), new PrintStream(out, true, StandardCharsets.UTF_8));
    Simulator.run(program, options);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(12);
    assertThat(lines.get(0))
        .matches("\\d+ FC [0-9a-f]{8} <outer> addi sp,sp,-16; x2=1b001000 -> x2=1b000ff0");
    assertThat(lines.get(1))
        .matches(".* <outer\\+0x4> sw ra,12\\(sp\\); x1=[0-9a-f]{8} x2=1b000ff0");
    assertThat(lines.get(3)).matches(".* lw ra,12\\(sp\\); x2=1b000ff0 -> x1=[0-9a-f]{8}");
  }

  @Test
  void aTraceThatNobodyReadsEndsTheRun() {
    PrintStream closed = new PrintStream(OutputStream.nullOutputStream());
    closed.close();
    RunOptions options = RunOptions.defaults().withTrace(Pattern.compile(""), closed);
    assertThatThrownBy(() -> Simulator.run(nested().program(), options))
        .isInstanceOfSatisfying(
            SimulationException.class,
            e -> assertThat(e.kind()).isEqualTo(SimulationException.Kind.OUTPUT))
        .hasMessageContaining("its reader has gone");
  }

  private static final Pattern SLICE =
      Pattern.compile(
          "\\{\"ph\":\"X\",\"pid\":(\\d+),\"tid\":(\\d+),\"name\":\"([^\"]*)\",\"ts\":(\\d+),\"dur\":(\\d+)");

  /** Core 0 starts a transfer, polls its end, and sleeps; the FC reads L3. */
  @Test
  void aTimelineHasALaneForEveryCoreAndTransfer() {
    Code code = new Code();
    code.word(Code.csrr(T0, 0xf14));
    int toCluster = code.here();
    code.nop(1);
    code.poke(0x1a102780, 1 << 3).poke(0x1a1021b8, 1).poke(0x1a1021a0, 0);
    code.poke(0x1a102180, 0x1c040000).poke(0x1a102184, 512).poke(0x1a102188, 0x10);
    Boot.fcSide(code);
    int cluster = code.here();
    code.li(A0, 0x00204400).word(lw(A1, A0, 0));
    for (int word : new int[] {4096 | 1 << 16 | 1 << 17, 0x100, 0x1c020000}) {
      code.li(Code.T1, word).word(sw(Code.T1, A0, 0));
    }
    code.word(lw(A2, A0, 4), 0x00167613, branch(1, A2, ZERO, -8));
    code.poke(0x00204200, 3).poke(0x00204000, 1 << 16).li(A0, 0x0020421c).word(0x00056503);
    byte[] bytes = code.bytes();
    Boot.patchBranch(bytes, toCluster, T0, cluster);
    Program program = Program.parse(Code.elf(bytes, Code.BASE), "timeline");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(() -> Simulator.run(program, RunOptions.defaults().withTimeline(out)))
        .as("the second core never comes to the barrier")
        .isInstanceOf(SimulationException.class)
        .hasMessageContaining("core 0 waits for barrier 0 (cores 0x1 of 0x3 have come")
        .hasMessageContaining("core FC waits for an interrupt");
    String json = out.toString(StandardCharsets.UTF_8);
    assertThat(json).startsWith("{").endsWith("]}\n");
    Map<String, Long> lanes = new HashMap<>();
    List<String> overlaps = new ArrayList<>();
    Map<String, Long> ends = new HashMap<>();
    Matcher slice = SLICE.matcher(json);
    while (slice.find()) {
      String lane = slice.group(1) + "/" + slice.group(2);
      long begin = Long.parseLong(slice.group(4));
      long length = Long.parseLong(slice.group(5));
      lanes.merge(lane + " " + slice.group(3), length, Long::sum);
      if (!slice.group(1).equals("1") && begin < ends.getOrDefault(lane, 0L)) {
        overlaps.add(slice.group());
      }
      ends.put(lane, begin + length);
    }
    assertThat(lanes.keySet())
        .contains("1/0 running", "1/8 running", "1/8 waiting for an interrupt");
    assertThat(lanes.get("2/0 4096 B")).as("DMA to L1").isBetween(510L, 520L);
    assertThat(lanes.get("1/0 waiting for DMA")).isBetween(400L, 520L);
    assertThat(lanes.get("2/2 read 512 B")).as("L3").isBetween(590L, 600L);
    assertThat(overlaps).isEmpty();
  }

  /** Recursion without an end goes through the stack that the symbols name. */
  @Test
  void aStackOverflowNamesCorePlaceAndBytes() {
    Named named = new Named();
    Code code = named.code;
    named.symbols.put("__fabric_stack_bottom", 0x1b000000);
    named.symbols.put("__fabric_stack_top", 0x1b000400);
    named.function("start");
    code.li(SP, 0x1b000400);
    named.function("deeper");
    int deeper = code.here();
    code.word(addi(SP, SP, -96), sw(RA, SP, 92));
    code.word(call(code.here(), deeper));
    assertThatThrownBy(() -> Simulator.run(named.program(), RunOptions.defaults()))
        .asInstanceOf(type(SimulationException.class))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.STACK_OVERFLOW))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .contains(
                        "stack of core FC overflows at 0x1c000088 <deeper> (addi sp,sp,-96)",
                        "32 bytes below its lowest address 0x1b000000"));
  }

  /** Statistics count what the program did. */
  @Test
  void statisticsCountTransfersAndMisses() {
    Code code = new Code().poke(0x1b201400, -1);
    code.li(A0, 0x10201800).word(lw(A1, A0, 0));
    for (int word : new int[] {1024 | 1 << 16 | 1 << 17, 0, 0x1c020000}) {
      code.li(Code.T1, word).word(sw(Code.T1, A0, 0));
    }
    code.nop(300).exit(0);
    Statistics s = Simulator.run(code.program(), RunOptions.defaults()).statistics();
    assertThat(s.dma()).isEqualTo(new Statistics.Dma(1024, 0, 128, 0));
    assertThat(s.cores().get(8).icacheMisses()).isBetween(75L, 90L);
    assertThat(s.cores().get(0).icacheMisses()).isZero();
    assertThat(s.fcUtilisation()).isEqualTo(1);
    assertThat(s.clusterUtilisation()).isZero();
    Statistics.Core fc = s.cores().get(8);
    assertThat(fc.activeCycles() + fc.sleepCycles()).isEqualTo(s.fcCycles());
    assertThat(fc.stalls().icache()).isGreaterThan(75 * 12);
  }
}
