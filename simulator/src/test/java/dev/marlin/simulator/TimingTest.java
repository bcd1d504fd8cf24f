package dev.marlin.simulator;

import static dev.marlin.simulator.Code.A0;
import static dev.marlin.simulator.Code.A1;
import static dev.marlin.simulator.Code.A2;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.addi;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.r;
import static dev.marlin.simulator.Code.sw;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cycles of short sequences on one cluster core, data in L1, caches warm: the numbers that were
 * measured on gvsoc.
 *
 * <p>Each sequence runs twice, so that the second time everything is in the cache; time is taken
 * where it begins and ends.
 */
class TimingTest {
  private static final int NOP = 0x13;
  private static final int NEAR = 0x10000100;
  private static final int FAR = 0x1c040000;

  static Stream<Arguments> sequences() {
    int add = r(0, 0, 0x33, A2, A0, A0);
    int mul = r(1, 0, 0x33, A0, A1, A1);
    int mulh = r(1, 1, 0x33, A2, A0, A0);
    int mac = r(0x21, 0, 0x33, A0, A1, A1);
    int load = lw(A0, A1, 0);
    return Stream.of(
        sequence("8 nop", 8, NEAR, NOP, NOP, NOP, NOP, NOP, NOP, NOP, NOP),
        sequence("4 loads", 4, NEAR, load, lw(A2, A1, 4), lw(13, A1, 8), lw(14, A1, 12)),
        sequence("load, use", 3, NEAR, load, add),
        sequence("load, nop, use", 3, NEAR, load, NOP, add),
        sequence("load, store of it", 3, NEAR, load, sw(A0, A1, 4)),
        sequence("two post-increments", 2, NEAR, 0x0045a50b, 0xffc5a60b),
        sequence("mul, use", 3, NEAR, mul, add),
        sequence("mulh, nop", 6, NEAR, mulh, NOP),
        sequence("load, mulh of it", 8, NEAR, load, mulh),
        sequence("mac, mac, use", 3, NEAR, mac, mac, add),
        sequence("div by 1", 35, NEAR, addi(A2, ZERO, 1), r(1, 4, 0x33, A0, A1, A2)),
        sequence("div by -5", 32, NEAR, addi(A2, ZERO, -5), r(1, 4, 0x33, A0, A1, A2)),
        sequence("rem by 3", 34, NEAR, addi(A2, ZERO, 3), r(1, 6, 0x33, A0, A1, A2)),
        sequence("divu by 2^30", 5, NEAR, 0x40000637, r(1, 5, 0x33, A0, A1, A2)),
        sequence("branch taken, nop", 4, NEAR, branch(0, ZERO, ZERO, 8), NOP, NOP),
        sequence("branch not taken, nop", 2, NEAR, branch(1, ZERO, ZERO, 8), NOP),
        sequence("jump, nop", 3, NEAR, 0x0080006f, NOP, NOP),
        sequence("load across words", 2, NEAR, lw(A0, A1, 2)),
        sequence("loop of two, 100 times", 201, NEAR, 0x0642507b, NOP, NOP),
        sequence("load ends a loop", 21, NEAR, 0x00a2507b, add, load),
        sequence("L2 load", 9, FAR, load),
        sequence("two L2 loads", 18, FAR, load, lw(A2, A1, 4)),
        sequence("L2 load, use", 11, FAR, load, add),
        sequence("L2 store", 9, FAR, sw(A0, A1, 0)),
        sequence("L2 load across words", 18, FAR, lw(A0, A1, 2)));
  }

  private static Arguments sequence(String name, int cycles, int base, int... words) {
    return Arguments.of(name, cycles, base, words);
  }

  @ParameterizedTest(name = "{0}: {1} cycles")
  @MethodSource("sequences")
  void takesTheMeasuredTime(String name, int cycles, int base, int[] words) {
    Code code = new Code();
    code.word(Code.csrr(Code.T0, 0xf14));
    int toCluster = code.here();
    code.nop(1);
    Boot.fcSide(code);
    int cluster = code.here();
    code.li(20, 2).li(A1, base);
    while ((code.here() & 15) != 0) {
      code.nop(1);
    }
    int loop = code.here();
    code.li(A1, base);
    int start = code.here();
    code.word(words);
    int end = code.here();
    code.nop(1);
    code.word(addi(20, 20, -1), branch(1, 20, ZERO, loop - code.here() - 4));
    code.exit(0);
    byte[] bytes = code.bytes();
    Boot.patchBranch(bytes, toCluster, Code.T0, cluster);

    List<Long> starts = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    Map<Integer, Probe> probes =
        Map.of(
            start, (machine, core) -> starts.add(machine.cycle()),
            end, (machine, core) -> ends.add(machine.cycle()));
    Simulator.run(
        Program.parse(Code.elf(bytes, Code.BASE), name), RunOptions.defaults().withProbes(probes));
    assertThat(ends.get(1) - starts.get(1)).as(name).isEqualTo(cycles);
  }
}
