package dev.marlin.simulator;

import static dev.marlin.simulator.Code.A0;
import static dev.marlin.simulator.Code.A1;
import static dev.marlin.simulator.Code.A2;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.addi;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.sw;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DMA, HyperRAM and barriers as a program sees them: what they move, and in how many cycles. */
class DevicesTest {
  private static final int POLL = 3;

  /**
   * The DMA moves eight bytes a cycle and its counter is empty 2 cycles after the last word of the
   * command.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 64, 256, 4096, 8192})
  void dmaIntoL1TakesTwoCyclesAndEightBytesACycle(int bytes) {
    Code code = new Code().poke(0x1b201400, -1).poke(0x1c040000, 0x12345678);
    code.li(A0, 0x10201800).word(lw(A1, A0, 0));
    for (int word : new int[] {bytes | 1 << 16 | 1 << 17, 0x100}) {
      code.li(Code.T1, word).word(sw(Code.T1, A0, 0));
    }
    code.li(Code.T1, 0x1c040000);
    int start = code.here();
    code.word(sw(Code.T1, A0, 0), lw(A2, A0, 4), 0x00167613, branch(1, A2, ZERO, -8));
    int end = code.here();
    code.exit(0);
    Watch watch = new Watch(start, end);
    RunResult result = Simulator.run(code.program(), watch.options(RunOptions.defaults()));
    // Polling sees it up to a round, six cycles, late; the first round may miss the cache, and then
    // finds the path to L2 booked by the transfer.
    long booked = Math.min(bytes, 2048) / 4;
    assertThat(watch.cycles()).isBetween(2L + bytes / 8, 2L + bytes / 8 + 32 + booked);
    assertThat(result.statistics().dma().bytesIn()).isEqualTo(bytes);
    assertThat(watch.machineWord(0x10000100)).isEqualTo(0x12345678);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 512, 4096})
  void hyperRamDeliversAByteACycleAfterEightyTwo(int bytes) {
    byte[] image = new byte[8192];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i * 7);
    }
    Code code = new Code().poke(0x1b201400, -1);
    code.poke(0x1a102780, 1 << 3).poke(0x1a1021b8, 1).poke(0x1a1021a0, 0x40);
    code.poke(0x1a102180, 0x1c040000).poke(0x1a102184, bytes);
    code.li(A0, 0x1a102188).li(A1, 0x10);
    int start = code.here();
    code.word(sw(A1, A0, 0), lw(A2, A0, 0), 0x01067613, branch(1, A2, ZERO, -8));
    int end = code.here();
    code.nop(POLL).exit(0);
    Watch watch = new Watch(start, end + 4 * POLL);
    RunResult result =
        Simulator.run(code.program(), watch.options(RunOptions.defaults().withL3Image(image)));
    assertThat(watch.cycles()).isBetween(81L + bytes, 82L + bytes + 6 + 26 + POLL);
    assertThat(result.statistics().l3().bytesRead()).isEqualTo(bytes);
    assertThat(watch.bytes(0x1c040000, bytes))
        .isEqualTo(Arrays.copyOfRange(image, 0x40, 0x40 + bytes));
  }

  /**
   * Each core stores its number plus one and waits; after the barrier core 0 exits with the sum.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16})
  void aBarrierHoldsEveryCoreUntilTheLast(int cores) {
    int all = (1 << cores) - 1;
    Code code = new Code();
    code.word(Code.csrr(20, 0xf14), addi(21, ZERO, 0x400));
    int toFc = code.here();
    code.nop(1);
    int toOthers = code.here();
    code.nop(1);
    code.poke(0x00204200, all).poke(0x0020420c, all);
    int others = code.here();
    // A delay that grows with the number: core 0 has set up the barrier before anybody arrives.
    code.word(addi(22, 20, 1), 22 << 15 | 6 << 20 | 1 << 12 | 23 << 7 | 0x13);
    code.word(addi(23, 23, -1), branch(1, 23, ZERO, -4));
    code.word(20 << 15 | 2 << 20 | 1 << 12 | 24 << 7 | 0x13).li(A0, 0x10000100);
    code.word(24 << 20 | A0 << 15 | A0 << 7 | 0x33, sw(22, A0, 0));
    code.poke(0x00204000, 1 << 16).li(A1, 0x0020421c).word(0x0005e503);
    int afterBarrier = code.here();
    code.word(branch(0, 20, ZERO, 8), 0x6f);
    code.li(A0, 0x10000100).li(A1, cores).word(addi(A2, ZERO, 0));
    code.word(lw(23, A0, 0), addi(A0, A0, 4), 23 << 20 | A2 << 15 | A2 << 7 | 0x33);
    code.word(addi(A1, A1, -1), branch(1, A1, ZERO, -16));
    code.li(A1, 0x80000000).word(A1 << 20 | A2 << 15 | A2 << 7 | 0x33);
    code.li(A0, 0x1a1040a0).word(sw(A2, A0, 0), 0x6f);
    int fc = code.here();
    code.poke(0x1a104070, 8).poke(0x10201400, -1);
    for (int i = 0; i < cores; i++) {
      code.poke(0x10200040 + 4 * i, Code.BASE);
    }
    code.poke(0x10200008, all).word(0x10500073, 0xffdff06f);
    byte[] bytes = code.bytes();
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(toFc - Code.BASE, branch(0, 20, 21, fc - toFc))
        .putInt(toOthers - Code.BASE, branch(1, 20, ZERO, others - toOthers));

    List<Integer> released = new ArrayList<>();
    RunResult result =
        Simulator.run(
            Program.parse(Code.elf(bytes, Code.BASE), "barrier"),
            RunOptions.defaults()
                .withChip(ChipConfig.gap8().withCores(cores))
                .withProbes(Map.of(afterBarrier, (machine, core) -> released.add(core))));
    assertThat(result.exitStatus()).isEqualTo(cores * (cores + 1) / 2);
    assertThat(released).contains(0).hasSize(cores);
    assertThat(result.statistics().cores()).hasSize(cores + 1);
  }

  /** The timer interrupts wfi twice, and an event-load-word that goes on sleeping afterwards. */
  @Test
  void timerInterruptsAreTakenThroughTheVectorTable() {
    Code code = new Code().poke(0x1b201400, -1).word(addi(20, ZERO, 0));
    code.poke(0x1b20400c, 1 << 10).poke(0x1b200410, 200);
    code.word(0x30046073); // csrrsi zero,mstatus,8
    int timer = 0x1b200400;
    code.poke(timer, 1 | 2 | 4 | 0x10).word(0x10500073, 0x10500073);
    code.poke(0x1b204000, 1).li(A0, 0x1b20403c).word(0x00056503);
    code.li(A1, 0x80000000).word(A1 << 20 | 20 << 15 | A2 << 7 | 0x33);
    code.li(A0, 0x1a1040a0).word(sw(A2, A0, 0), 0x6f);
    int handler = code.here();
    // Third time: wake the sleeper by software event 0, stop the timer.
    code.word(addi(20, 20, 1), addi(21, ZERO, 3), branch(1, 20, 21, 4 * 13));
    code.poke(timer, 0).poke(0x1b200e00, 1).word(0x13, 0x13);
    code.word(0x30200073);
    byte[] bytes = code.bytes();
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4 * 10, Code.jal(ZERO, handler - Code.BASE - 4 * 10));
    RunResult result =
        Simulator.run(
            Program.parse(Code.elf(bytes, Code.BASE), "irq"),
            RunOptions.defaults().withMaxCycles(100_000));
    assertThat(result.exitStatus()).isEqualTo(3);
  }

  /** Notes when two addresses are reached, and the memories at the second. */
  private static final class Watch {
    private final int start;
    private final int end;
    private long began;
    private long ended;
    private byte[] l1 = new byte[0];
    private byte[] l2 = new byte[0];

    Watch(int start, int end) {
      this.start = start;
      this.end = end;
    }

    RunOptions options(RunOptions base) {
      return base.withProbes(
          Map.of(
              start, (machine, core) -> began = machine.cycle(),
              end, (machine, core) -> note(machine)));
    }

    private void note(MachineView machine) {
      ended = machine.cycle();
      l1 = machine.read(0x10000000, 0x4000);
      l2 = machine.read(0x1c000000, 0x80000);
    }

    long cycles() {
      return ended - began;
    }

    byte[] bytes(int address, int length) {
      byte[] memory = address >= 0x1c000000 ? l2 : l1;
      int from = address & 0xfffff;
      return Arrays.copyOfRange(memory, from, from + length);
    }

    int machineWord(int address) {
      return ByteBuffer.wrap(bytes(address, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }
  }
}
