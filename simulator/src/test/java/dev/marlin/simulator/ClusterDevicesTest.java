package dev.marlin.simulator;

import static dev.marlin.simulator.Code.A0;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.addi;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.sw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Event unit and DMA as several cores use them: who wakes, in what order, with what value. */
class ClusterDevicesTest {
  private static final int EVENT_MASK = 0x00204000;
  private static final int BUFFER = 0x0020401c;
  private static final int WAIT_CLEAR = 0x0020403c;
  private static final int DISPATCH = 0x00204080;
  private static final int TEAM = 0x00204084;
  private static final int MUTEX = 0x002040c0;
  private static final int SOFTWARE = 0x00204100;
  private static final int DMA = 0x00204400;
  private static final int L2 = 0x1c020000;
  private static final int TO_L1 = 1 << 16;
  private static final int TWO_D = 1 << 18;
  private static final int ELE = 1 << 19;
  private static final int ILE = 1 << 20;
  private static final int BLE = 1 << 21;
  private static final int DMA_EVENT = 1 << 8;

  /**
   * The heir of a mutex is the waiting core of lowest number, whoever came first; it gets the
   * value.
   */
  @Test
  void aMutexGoesToTheLowestWaitingCoreWithTheValue() {
    Cluster cluster = new Cluster(4);
    for (int core = 0; core < 4; core++) {
      Code code = cluster.core(core);
      if (core == 3) {
        code.poke(Cluster.LOG, 0);
      }
      code.poke(EVENT_MASK, 1 << 17);
      cluster.delay(100 + 400 * (3 - core)); // 3 takes it, then 2, 1 and 0 come
      cluster.elw(20, MUTEX);
      if (core == 3) {
        cluster.delay(3000);
      }
      code.word(addi(21, ZERO, core));
      cluster.log(21);
      cluster.log(20);
      code.li(A0, MUTEX).word(addi(22, ZERO, 100 + core), sw(22, A0, 0));
      if (core == 2) {
        cluster.end(); // the last
      }
    }
    assertThat(cluster.run().log().subList(1, 7)).containsExactly(0, 0, 103, 1, 100, 2);
    List<Integer> order = cluster.run().log();
    assertThat(List.of(order.get(0), order.get(2), order.get(4), order.get(6)))
        .containsExactly(3, 0, 1, 2);
  }

  /** Eight cores add to a counter with a load, a pause and a store: the mutex loses none. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 16})
  void aMutexKeepsCoresOutOfEachOthersWay(int cores) {
    Cluster cluster = new Cluster(cores);
    int all = (1 << cores) - 1;
    for (int core = 0; core < cores; core++) {
      Code code = cluster.core(core);
      if (core == 0) {
        code.poke(Cluster.LOG, 0).poke(0x00204200, all).poke(0x0020420c, all);
      }
      code.poke(EVENT_MASK, 3 << 16);
      cluster.delay(1000);
      code.li(23, 10);
      int loop = code.here();
      cluster.elw(20, MUTEX);
      code.li(A0, Cluster.LOG + 64).word(lw(21, A0, 0)).nop(7);
      code.word(addi(21, 21, 1), sw(21, A0, 0)).li(A0, MUTEX).word(sw(ZERO, A0, 0));
      code.word(addi(23, 23, -1), branch(1, 23, ZERO, loop - code.here() - 4));
      cluster.elw(20, 0x0020421c);
      if (core == 0) {
        cluster.end();
      }
    }
    int start = 0x57575757;
    assertThat(cluster.run().word(Cluster.LOG + 64) - start).isEqualTo(10 * cores);
  }

  /** Values go to the team of their time, to each core in order; others skip them. */
  @Test
  void dispatchedValuesReachTheTeamInOrder() {
    Cluster cluster = new Cluster(4);
    Code code = cluster.core(0);
    code.poke(Cluster.LOG, 0);
    cluster.delay(400);
    code.poke(TEAM, 0b0110).poke(DISPATCH, 11).poke(DISPATCH, 22);
    code.poke(TEAM, 0b1000).poke(DISPATCH, 33);
    code.poke(TEAM, 0b1110).poke(DISPATCH, 44);
    cluster.delay(4000);
    cluster.end();
    for (int core = 1; core < 4; core++) {
      cluster.core(core);
      code.poke(EVENT_MASK, 1 << 18);
      cluster.delay(core == 2 ? 2000 : 20); // core 2 comes when all are there
      for (int i = 0; i < (core == 3 ? 2 : 3); i++) {
        cluster.elw(20, DISPATCH);
        code.li(A0, 0x10000400 + 64 * core + 4 * i).word(sw(20, A0, 0));
      }
    }
    Cluster.Result result = cluster.run();
    for (int core = 1; core < 4; core++) {
      int at = 0x10000400 + 64 * core;
      int[] expected = core == 3 ? new int[] {33, 44} : new int[] {11, 22, 44};
      for (int i = 0; i < expected.length; i++) {
        assertThat(result.word(at + 4 * i)).as("core %d, value %d", core, i).isEqualTo(expected[i]);
      }
    }
  }

  /** A trigger reaches the cores of its mask; an empty mask means all. */
  @ParameterizedTest(name = "mask {0} wakes {1}")
  @CsvSource({"2, 2", "12, 12", "0, 14", "14, 14"})
  void aSoftwareEventWakesTheCoresOfItsMask(int mask, int woken) {
    Cluster cluster = new Cluster(4);
    Code code = cluster.core(0);
    code.poke(0x10000400, 0).poke(0x10000404, 0).poke(0x10000408, 0).poke(0x1000040c, 0);
    cluster.delay(400);
    code.poke(SOFTWARE + 4 * 3, mask);
    cluster.delay(400);
    cluster.end();
    for (int core = 1; core < 4; core++) {
      cluster.core(core);
      code.poke(EVENT_MASK, 1 << 3);
      cluster.elw(20, WAIT_CLEAR);
      code.li(A0, BUFFER).word(lw(21, A0, 0), addi(21, 21, 1));
      code.li(A0, 0x10000400 + 4 * core).word(sw(21, A0, 0));
    }
    Cluster.Result result = cluster.run();
    for (int core = 1; core < 4; core++) {
      assertThat(result.word(0x10000400 + 4 * core))
          .as("core %d: 1 when it woke and cleared the event", core)
          .isEqualTo(woken >> core & 1);
    }
  }

  /** An interrupt is taken while a core sleeps for an event; the load is then made again. */
  @Test
  void anInterruptedSleepGoesOnBehindTheHandler() {
    Cluster cluster = new Cluster(2);
    Code code = cluster.core(1);
    int table = code.here() + 256 & ~255; // vectors of 32 words, and the handler behind
    code.li(20, table).word(0x305a1073); // csrrw zero,mtvec,s4
    code.poke(EVENT_MASK, 1).poke(0x0020400c, 1 << 2).word(addi(25, ZERO, 0), 0x30046073);
    code.word(addi(24, ZERO, 1));
    cluster.elw(22, WAIT_CLEAR);
    code.word(addi(24, 24, 1));
    code.li(A0, 0x10000400).word(sw(24, A0, 0), sw(25, A0, 4));
    cluster.end();
    code.word(0x6f);
    code.nop((table - code.here()) / 4);
    for (int i = 0; i < 32; i++) {
      code.word(Code.jal(ZERO, 4 * (32 - i)));
    }
    code.word(addi(25, 25, 1), 0x30200073);
    cluster.core(0);
    cluster.delay(800);
    code.poke(SOFTWARE + 8, 2);
    cluster.delay(400);
    code.poke(SOFTWARE + 8, 2);
    cluster.delay(400);
    code.poke(SOFTWARE, 2);
    Cluster.Result result = cluster.run();
    assertThat(result.word(0x10000404)).as("interrupts").isEqualTo(2);
    assertThat(result.word(0x10000400)).as("the sleep ended once").isEqualTo(2);
  }

  private static void command(Code code, int... words) {
    code.li(A0, DMA);
    for (int word : words) {
      code.li(Code.T1, word).word(sw(Code.T1, A0, 0));
    }
  }

  /** ELE raises event 8, ILE event 9, on the core of the channel, or with BLE on all. */
  @ParameterizedTest(name = "flags {0}")
  @ValueSource(ints = {0, ELE, ILE, ELE | ILE, ELE | BLE, ELE | ILE | BLE})
  void theEndOfATransferRaisesTheEventsAskedFor(int flags) {
    Cluster cluster = new Cluster(3);
    Code code = cluster.core(1);
    cluster.delay(400);
    code.li(A0, DMA).word(lw(20, A0, 0));
    command(code, 64 | TO_L1 | flags, 0x800, L2);
    cluster.delay(400);
    code.li(A0, BUFFER).word(lw(21, A0, 0)).li(A0, 0x10000404).word(sw(21, A0, 0));
    for (int core : new int[] {0, 2}) {
      cluster.core(core);
      cluster.delay(2000);
      code.li(A0, BUFFER).word(lw(21, A0, 0));
      code.li(A0, 0x10000400 + 4 * core).word(sw(21, A0, 0));
      if (core == 2) {
        cluster.delay(2000);
        cluster.end();
      }
    }
    Cluster.Result result = cluster.run();
    int own = ((flags & ELE) != 0 ? DMA_EVENT : 0) | ((flags & ILE) != 0 ? 2 * DMA_EVENT : 0);
    int others = (flags & BLE) != 0 ? own : 0;
    assertThat(result.word(0x10000404) & 3 * DMA_EVENT).as("core 1").isEqualTo(own);
    assertThat(result.word(0x10000400) & 3 * DMA_EVENT).as("core 0").isEqualTo(others);
    assertThat(result.word(0x10000408) & 3 * DMA_EVENT).as("core 2").isEqualTo(others);
  }

  /**
   * Sixteen counters, the lowest free one first; who asks for a seventeenth sleeps until one is
   * free.
   */
  @Test
  void countersAreTakenFromTheLowestAndWaitedFor() {
    Cluster cluster = new Cluster(2);
    Code code = cluster.core(1);
    cluster.delay(1200);
    code.li(A0, DMA + 4).word(lw(21, A0, 0));
    code.poke(0x10000500, 77).poke(DMA + 4, 1 << 5 | 1 << 9);
    code.li(A0, 0x10000504).word(sw(21, A0, 0));
    cluster.core(0);
    for (int i = 0; i < 18; i++) {
      code.li(A0, DMA).word(lw(20, A0, 0)).li(A0, 0x10000400 + 4 * i).word(sw(20, A0, 0));
    }
    code.li(A0, 0x10000500).word(lw(22, A0, 0), sw(22, A0, 8));
    cluster.delay(100);
    cluster.end();
    Cluster.Result result = cluster.run();
    for (int i = 0; i < 16; i++) {
      assertThat(result.word(0x10000400 + 4 * i)).isEqualTo(i);
    }
    assertThat(result.word(0x10000440)).isEqualTo(5);
    assertThat(result.word(0x10000444)).isEqualTo(9);
    assertThat(result.word(0x10000508)).as("it waited for core 1").isEqualTo(77);
    assertThat(result.word(0x10000504)).as("all taken, none busy").isEqualTo(0xffff0000);
  }

  /** A channel holds two commands: with one on its way to the engine the fourth in a row waits. */
  @Test
  void aFullQueueHoldsTheCoreUntilThereIsRoom() {
    Cluster cluster = new Cluster(1);
    Code code = cluster.core(0);
    code.poke(0x10200400, 3).li(A0, DMA).word(lw(20, A0, 0));
    code.li(27, 2); // the first time warms the instruction cache: a miss waits behind the transfers
    int again = code.here();
    for (int i = 0; i < 14; i++) {
      command(code, 4096 | TO_L1, 0x1000, L2);
      code.li(A0, 0x10200408).word(lw(21, A0, 0)).li(A0, 0x10000400 + 4 * i).word(sw(21, A0, 0));
    }
    code.li(A0, DMA + 4).word(lw(22, A0, 0), 22 << 15 | 1 << 20 | 7 << 12 | 22 << 7 | 0x13);
    code.word(branch(1, 22, ZERO, -8)).li(A0, 0x10200408).word(lw(21, A0, 0));
    code.li(A0, 0x10000400 + 4 * 14).word(sw(21, A0, 0));
    code.word(addi(27, 27, -1), branch(1, 27, ZERO, again - code.here() - 4));
    cluster.end();
    Cluster.Result result = cluster.run();
    int[] at = new int[15];
    for (int i = 0; i < at.length; i++) {
      at[i] = result.word(0x10000400 + 4 * i);
    }
    // One moves, eight wait in the engine, two in the channel.
    for (int i = 1; i < 11; i++) {
      assertThat(at[i] - at[i - 1]).as("command %d", i).isLessThan(100);
    }
    assertThat(at[12] - at[11]).isBetween(500, 530);
    assertThat(at[13] - at[12]).isBetween(500, 530);
    assertThat(at[14] - at[0])
        .as("all of it at 8 bytes a cycle")
        .isBetween(14 * 512 - 40, 14 * 516);
  }

  /** Lines of any length go from strides in L2 to dense in L1, and back. */
  @ParameterizedTest(name = "{0} lines of {1} every {2}, L1 + {3}")
  @CsvSource({"5, 12, 20, 0", "7, 3, 64, 1", "2, 300, 512, 2", "16, 8, 8, 3", "1, 1, 1, 0"})
  void twoDimensionalTransfersMoveEveryByteToItsPlace(int lines, int line, int stride, int odd) {
    Cluster cluster = new Cluster(1);
    Code code = cluster.core(0);
    int bytes = lines * line;
    int span = (lines - 1) * stride + line;
    // L2 holds the low byte of its address + 7 i.
    code.li(20, L2).li(21, 0).li(22, span);
    code.word(0x01500000 | 20 << 15 | 0x23, addi(20, 20, 1), addi(21, 21, 7), addi(22, 22, -1));
    code.word(branch(1, 22, ZERO, -16));
    code.li(A0, DMA).word(lw(20, A0, 0));
    command(code, bytes | TO_L1 | TWO_D, 0x1000 + odd, L2, stride << 16 | line);
    wait(code);
    // And back to another place.
    command(code, bytes | TWO_D, 0x1000 + odd, L2 + 0x8000, stride << 16 | line);
    wait(code);
    command(code, span | TO_L1, 0x4000, L2 + 0x8000);
    wait(code);
    cluster.end();
    Cluster.Result result = cluster.run();
    for (int i = 0; i < bytes; i++) {
      int place = i / line * stride + i % line;
      assertThat(result.l1().get(0x1000 + odd + i)).as("byte %d", i).isEqualTo((byte) (7 * place));
    }
    for (int place = 0; place < span; place++) {
      byte expected = place % stride < line ? (byte) (7 * place) : 0x57;
      assertThat(result.l1().get(0x4000 + place)).as("place %d", place).isEqualTo(expected);
    }
    assertThat(result.result().statistics().dma().bytesOut()).isEqualTo(bytes);
  }

  private static void wait(Code code) {
    code.li(A0, DMA + 4).word(lw(22, A0, 0), 22 << 15 | 1 << 20 | 7 << 12 | 22 << 7 | 0x13);
    code.word(branch(1, 22, ZERO, -8));
  }

  @Test
  void transfersThatLeaveMemoryEndTheRunWithTheirDescription() {
    leaves("leaves L1: 64 bytes to L1+0xfff0 from 0x1c020000, channel 0", 64 | TO_L1, 0xfff0, L2);
    leaves("leaves memory: 64 bytes to L1+0x0 from 0x1c07fff0", 64 | TO_L1, 0, 0x1c07fff0);
    leaves(
        "leaves memory: 4000 bytes from L1+0x0 to 0x1c07f000, lines of 4 every 512",
        4000 | TWO_D,
        0,
        0x1c07f000,
        512 << 16 | 4);
    leaves("not a multiple of its line: 10 bytes", 10 | TO_L1 | TWO_D, 0, L2, 64 << 16 | 4);
    leaves("empty DMA transfer", TO_L1, 0, L2);
  }

  private static void leaves(String message, int... words) {
    Cluster cluster = new Cluster(1);
    Code code = cluster.core(0);
    code.li(A0, DMA).word(lw(20, A0, 0));
    command(code, words);
    cluster.delay(8000);
    cluster.end();
    assertThatThrownBy(cluster::run)
        .isInstanceOf(SimulationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aDeadlockSaysWhoWaitsForWhat() {
    Cluster cluster = new Cluster(4);
    Code code = cluster.core(0);
    code.poke(0x00204200, 0b11).poke(EVENT_MASK, 1 << 16);
    cluster.elw(20, 0x0020421c);
    for (int core = 1; core < 3; core++) {
      cluster.core(core);
      code.poke(EVENT_MASK, 1 << 17);
      cluster.elw(20, MUTEX);
      cluster.elw(20, MUTEX);
    }
    cluster.core(3);
    code.poke(EVENT_MASK, 1 << 18);
    cluster.elw(20, DISPATCH);
    code.word(0x6f);
    cluster.end();
    assertThatThrownBy(cluster::run)
        .isInstanceOf(SimulationException.class)
        .hasMessageContainingAll(
            "all cores asleep and nothing pending",
            "core 0 waits for barrier 0 (cores 0x1 of 0x3 have come",
            "core 1 waits for the mutex",
            "core 2 waits for the mutex",
            "core 3 waits for a dispatched value",
            "core FC waits for an interrupt");
  }

  /** Cores that do anything to any device, together, at any clock ratio: a result or one line. */
  @Test
  void randomAccessesOfManyCoresNeverBreakTheSimulator() {
    int[] bases = {
      0x00204000, 0x00204080, 0x002040c0, 0x00204100, 0x00204200, 0x00204400, 0x10200000,
      0x10200400, 0x10200800, 0x10201800, 0x1a102180, 0x1a104000, 0x1b200800, 0x00100200
    };
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Cluster cluster = new Cluster(3);
      Code code = cluster.code;
      for (int core = 0; core < 3; core++) {
        cluster.core(core);
        code.poke(EVENT_MASK, random.nextInt());
        for (int i = random.nextInt(12); i >= 0; i--) {
          int base = bases[random.nextInt(random.nextBoolean() ? 6 : bases.length)];
          int address = base + 4 * random.nextInt(base == DMA ? 2 : 16);
          if (random.nextInt(4) == 0) {
            cluster.elw(21, address);
          } else {
            code.li(A0, address).li(20, random.nextInt() >>> random.nextInt(32));
            code.word(random.nextBoolean() ? sw(20, A0, 0) : lw(21, A0, 0));
          }
        }
        if (core == 2) {
          cluster.end();
        }
      }
      String outcome = "ran";
      try {
        cluster.run(
            RunOptions.defaults()
                .withChip(
                    ChipConfig.gap8()
                        .withL3Bytes(4096)
                        .withClocks(
                            new ChipConfig.Clocks(1 + random.nextInt(3), 1 + random.nextInt(3)))));
      } catch (SimulationException e) {
        outcome = e.kind().toString();
        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
      }
      outcomes.merge(outcome, 1, Integer::sum);
    }
    assertThat(outcomes.keySet()).contains("ran", "INVALID_ACCESS", "DEADLOCK");
  }
}
