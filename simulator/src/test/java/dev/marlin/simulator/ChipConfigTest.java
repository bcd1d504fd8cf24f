package dev.marlin.simulator;

import static dev.marlin.simulator.Code.A0;
import static dev.marlin.simulator.Code.A1;
import static dev.marlin.simulator.Code.A2;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.sw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.simulator.ChipConfig.Clocks;
import dev.marlin.simulator.ChipConfig.Icache;
import dev.marlin.simulator.ChipConfig.L3Bus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Chips that were never built run, at the ends of every range too; beyond them they are refused.
 */
class ChipConfigTest {
  private static final ChipConfig GAP8 = ChipConfig.gap8();

  @Test
  void everyValueOutsideItsRangeIsRefusedByNameAndValue() {
    refused(() -> GAP8.withCores(0), "cores is 0", "1 to 16");
    refused(() -> GAP8.withCores(17), "cores is 17");
    refused(() -> GAP8.withL1Bytes(2048), "l1Bytes is 2048", "4096 to 1048576 bytes");
    refused(() -> GAP8.withL1Bytes(2 << 20), "l1Bytes is 2097152");
    refused(() -> GAP8.withL1Bytes(5000), "l1Bytes is 5000", "power of two");
    refused(() -> GAP8.withL2Bytes(60 << 10), "l2Bytes is 61440", "65536 to 16777216 bytes");
    refused(() -> GAP8.withL2Bytes(70_000), "l2Bytes is 70000", "multiple of 4096");
    refused(() -> GAP8.withL2Bytes(17 << 20), "l2Bytes is 17825792");
    refused(() -> GAP8.withL3Bytes(-1), "l3Bytes is -1");
    refused(() -> GAP8.withL3Bytes((16 << 20) + 1), "l3Bytes is 16777217");
    refused(() -> GAP8.withBankingFactor(0), "bankingFactor is 0");
    refused(() -> GAP8.withBankingFactor(17), "bankingFactor is 17", "1 to 16");
    refused(() -> new Icache(3, 4, 16), "icache sets is 3", "power of two");
    refused(() -> new Icache(64, 16, 16), "icache ways is 16", "1 to 8");
    refused(() -> new Icache(64, 4, 8), "icache line bytes is 8", "16 to 128");
    refused(() -> new L3Bus(0, 1000), "L3 latency is 0");
    refused(() -> new L3Bus(72, 0), "L3 bandwidth is 0");
    refused(() -> new L3Bus(72, 4001), "L3 bandwidth is 4001");
    refused(() -> new Clocks(0, 1), "clock ratio (FC) is 0");
    refused(() -> new Clocks(1, 1001), "clock ratio (cluster) is 1001");
  }

  private static void refused(ThrowingCallable chip, String... words) {
    assertThatThrownBy(chip)
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(words)
        .doesNotContain("\n");
  }

  /** The first and the last word of L1, L2 and HyperRAM can be reached; what lies behind cannot. */
  @ParameterizedTest(name = "L1 {0}, L2 {1}")
  @CsvSource({"4096, 65536", "65536, 524288", "1048576, 16777216"})
  void memoriesHaveTheSizeAskedFor(int l1, int l2) {
    RunOptions options = RunOptions.defaults().withChip(GAP8.withL1Bytes(l1).withL2Bytes(l2));
    for (int address : new int[] {0x10000000, 0x10000000 + l1 - 4, 0x1c000000 + l2 - 4}) {
      Code code = new Code().poke(address, 42).li(A0, address).word(lw(A1, A0, 0));
      int end = code.here();
      code.exit(0);
      List<Integer> got = new ArrayList<>();
      Probe probe = (machine, core) -> got.add(machine.register(core, A1));
      Simulator.run(code.program(), options.withProbes(Map.of(end, probe)));
      assertThat(got).containsExactly(42);
    }
    // Behind 1 MiB of L1 begins its test-and-set window.
    int behindL1 = l1 == 1 << 20 ? 0x10000000 - 4 : 0x10000000 + l1;
    for (int address : new int[] {behindL1, 0x1c000000 + l2}) {
      assertThatThrownBy(
              () -> Simulator.run(new Code().poke(address, 1).exit(0).program(), options))
          .isInstanceOf(SimulationException.class)
          .hasMessageContaining(String.format("0x%08x", address));
    }
  }

  /** A read of N bytes takes latency + 10 + N / bandwidth cycles, and the polling around it. */
  @ParameterizedTest(name = "latency {0}, {1}/1000 bytes a cycle, {2} bytes")
  @CsvSource({
    "72, 1000, 4096",
    "72, 600, 4096",
    "300, 1000, 4096",
    "1, 4000, 4096",
    "72, 10, 64",
    "72, 1500, 4096",
    "72, 333, 1024"
  })
  void l3TakesItsLatencyAndBandwidth(int latency, int bandwidth, int bytes) {
    Code code = hyper(0x40, bytes, false);
    long cycles = between(code, GAP8.withL3Bus(new L3Bus(latency, bandwidth)), 1);
    assertThat(cycles)
        .isBetween(
            latency + 9L + bytes * 1000L / bandwidth, latency + 45L + bytes * 1000L / bandwidth);
  }

  @ParameterizedTest(name = "{0}/1000 bytes a cycle")
  @ValueSource(ints = {10, 600, 1000, 4000})
  void writesToL3TakeItsBandwidthToo(int bandwidth) {
    long cycles = between(hyper(0x40, 1024, true), GAP8.withL3Bus(new L3Bus(72, bandwidth)), 1);
    long expected = 72 + 1024 * 1000L / bandwidth;
    // At four bytes a cycle the words do not come from L2 that fast.
    // The end is noticed when the last word has been fetched, up to eight words before it has left.
    assertThat(cycles).isBetween(expected - 40_000L / bandwidth, expected + 130);
  }

  /** Cycles of the fabric controller's timer and of the cluster's in the same time. */
  @ParameterizedTest(name = "FC {0}, cluster {1}")
  @CsvSource({"1, 1", "1, 2", "2, 1", "250, 175", "50, 87", "1, 1000", "1000, 1"})
  void clocksRunAtTheirRatio(int fc, int cluster) {
    Code code = new Code().poke(0x1a104070, 8).poke(0x1b200400, 3).poke(0x10200400, 3);
    code.li(A0, 20_000);
    int loop = code.here();
    code.word(Code.addi(A0, A0, -1), branch(1, A0, ZERO, loop - code.here() - 4));
    code.li(A0, 0x1b200408).word(lw(A1, A0, 0)).li(A0, 0x10200408).word(lw(A2, A0, 0));
    int end = code.here();
    code.exit(0);
    List<Integer> got = new ArrayList<>();
    Probe probe =
        (machine, core) -> {
          got.add(machine.register(core, A1));
          got.add(machine.register(core, A2));
        };
    RunOptions options = RunOptions.defaults().withChip(GAP8.withClocks(new Clocks(fc, cluster)));
    Simulator.run(code.program(), options.withProbes(Map.of(end, probe)));
    double ratio = got.get(1) / (double) got.get(0);
    assertThat(ratio)
        .isCloseTo(cluster / (double) fc, org.assertj.core.data.Percentage.withPercentage(1));
  }

  /** A word of the cluster's L1 costs the cluster one of its cycles whatever the ratio. */
  @ParameterizedTest(name = "FC {0}, cluster {1}")
  @CsvSource({"1, 2", "2, 1", "50, 175"})
  void theDmaKeepsItsRateInClusterCycles(int fc, int cluster) {
    Code code = new Code();
    code.word(Code.csrr(Code.T0, 0xf14));
    int toCluster = code.here();
    code.nop(1);
    Boot.fcSide(code);
    int core = code.here();
    code.li(A0, 0x00204400).word(lw(A1, A0, 0));
    for (int word : new int[] {4096 | 1 << 16 | 1 << 17, 0x100}) {
      code.li(Code.T1, word).word(sw(Code.T1, A0, 0));
    }
    code.li(Code.T1, 0x1c020000);
    int start = code.here();
    code.word(sw(Code.T1, A0, 0), lw(A2, A0, 4), 0x00167613, branch(1, A2, ZERO, -8));
    int end = code.here();
    code.exit(0);
    byte[] bytes = code.bytes();
    Boot.patchBranch(bytes, toCluster, Code.T0, core);
    long[] at = new long[2];
    RunOptions options =
        RunOptions.defaults()
            .withChip(GAP8.withClocks(new Clocks(fc, cluster)))
            .withProbes(
                Map.of(
                    start, (machine, c) -> at[0] = machine.cycle(),
                    end, (machine, c) -> at[1] = machine.cycle()));
    Simulator.run(Program.parse(Code.elf(bytes, Code.BASE), "dma"), options);
    // 514 cycles, and the refill of the polling loop behind the path that the transfer has booked.
    assertThat(at[1] - at[0]).isBetween(514L, 514L + 540L * Math.max(1, cluster / fc));
  }

  /** Smaller caches miss more often; a large one only on first sight. */
  @Test
  void instructionCachesHaveTheSizeAskedFor() {
    Code code = new Code().poke(0x1b201400, -1).li(A0, 10);
    int loop = code.here();
    code.nop(512); // 2 KiB
    code.word(Code.addi(A0, A0, -1));
    code.word(branch(1, A0, ZERO, loop - code.here()));
    code.exit(0);
    long small = cycles(code, GAP8.withFcIcache(new Icache(1, 1, 16)));
    long gap8 = cycles(code, GAP8);
    long large = cycles(code, GAP8.withFcIcache(new Icache(64, 4, 16)));
    long longLines = cycles(code, GAP8.withFcIcache(new Icache(16, 4, 128)));
    assertThat(small).isGreaterThanOrEqualTo(gap8);
    assertThat(large).isBetween(10 * 512L + 128 * 12, 10 * 512L + 128 * 12 + 400);
    assertThat(gap8).isGreaterThan(2 * large);
    assertThat(longLines).isLessThan(large);
  }

  private static long cycles(Code code, ChipConfig chip) {
    return Simulator.run(code.program(), RunOptions.defaults().withChip(chip))
        .statistics()
        .cycles();
  }

  /**
   * A transfer of uDMA and the loop that polls its end; probes go to the store and behind the loop.
   */
  private static Code hyper(int l3, int bytes, boolean write) {
    int channel = 0x1a102180 + (write ? 0x10 : 0);
    Code code = new Code().poke(0x1b201400, -1);
    code.poke(0x1a102780, 1 << 3).poke(0x1a1021b8, 1).poke(0x1a1021a0, l3);
    code.poke(channel, 0x1c040000).poke(channel + 4, bytes).li(A0, channel + 8).li(A1, 0x10);
    return code;
  }

  private static long between(Code code, ChipConfig chip, int exits) {
    int start = code.here();
    code.word(sw(A1, A0, 0), lw(A2, A0, 0), 0x01067613, branch(1, A2, ZERO, -8));
    int end = code.here();
    code.nop(exits).exit(0);
    long[] at = new long[2];
    Map<Integer, Probe> probes =
        Map.of(
            start, (machine, core) -> at[0] = machine.cycle(),
            end, (machine, core) -> at[1] = machine.cycle());
    Simulator.run(code.program(), RunOptions.defaults().withChip(chip).withProbes(probes));
    return at[1] - at[0];
  }
}
