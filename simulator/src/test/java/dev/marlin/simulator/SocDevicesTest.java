package dev.marlin.simulator;

import static dev.marlin.simulator.Code.A0;
import static dev.marlin.simulator.Code.A1;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.addi;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.sw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** uDMA, SoC events, FLLs, counters and semihosting as the fabric controller sees them. */
class SocDevicesTest {
  private static final int L2 = 0x1c040000;
  private static final int RX = 0x1a102180;
  private static final int TX = 0x1a102190;
  private static final int L3_ADDRESS = 0x1a1021a0;
  private static final int RESULTS = 0x1c050000;

  private int results;

  private static Code start() {
    return new Code().poke(0x1b201400, -1).poke(0x1a102780, 1 << 3).poke(0x1a1021b8, 1);
  }

  private static void transfer(Code code, int channel, int l3, int l2, int bytes) {
    code.poke(L3_ADDRESS, l3).poke(channel, l2).poke(channel + 4, bytes).poke(channel + 8, 0x10);
  }

  private static void waitFor(Code code, int channel) {
    code.li(A0, channel + 8).word(lw(20, A0, 0), 0x010a7a13 /* andi s4,s4,16 */);
    code.word(branch(1, 20, ZERO, -8)).nop(60);
  }

  /** Loads a word and keeps it as a result. */
  private void result(Code code, int address) {
    code.li(A0, address).word(lw(21, A0, 0));
    keep(code, 21);
  }

  private void keep(Code code, int register) {
    code.li(A0, RESULTS + 4 * results++).word(sw(register, A0, 0));
  }

  private int[] run(Code code, RunOptions options) {
    int end = code.here();
    byte[][] memory = new byte[1][];
    Probe probe = (machine, core) -> memory[0] = machine.read(RESULTS, 4 * results);
    Simulator.run(
        code.exit(0).program(), options.withMaxCycles(5_000_000).withProbes(Map.of(end, probe)));
    int[] got = new int[results];
    ByteBuffer.wrap(memory[0]).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(got);
    return got;
  }

  private static byte[] random(int bytes) {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return data;
  }

  private static int word(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  /** L3 to L2, from there to another place of L3, and back to another place of L2. */
  @Test
  void whatIsWrittenToHyperRamIsReadFromThere() {
    byte[] image = random(512);
    Code code = start();
    transfer(code, RX, 0, L2, 512);
    waitFor(code, RX);
    transfer(code, TX, 0x10000, L2, 512);
    waitFor(code, TX);
    transfer(code, RX, 0x10000, L2 + 0x1000, 512);
    waitFor(code, RX);
    for (int at : new int[] {0, 4, 252, 508}) {
      result(code, L2 + 0x1000 + at);
    }
    int[] got = run(code, RunOptions.defaults().withL3Image(image));
    assertThat(got)
        .containsExactly(word(image, 0), word(image, 4), word(image, 252), word(image, 508));
  }

  @Test
  void transfersBeyondTheEndOfAMemoryEndTheRun() {
    RunOptions small = RunOptions.defaults().withChip(ChipConfig.gap8().withL3Bytes(4096));
    Code inside = start();
    transfer(inside, RX, 4096 - 64, L2, 64);
    waitFor(inside, RX);
    assertThat(run(inside, small)).isEmpty();
    for (int channel : new int[] {RX, TX}) {
      Code code = start();
      transfer(code, channel, 4096 - 64, L2, 68);
      waitFor(code, channel);
      assertThatThrownBy(() -> run(code, small))
          .isInstanceOf(SimulationException.class)
          .hasMessageContaining(" of 68 bytes at 0xfc0 leaves HyperRAM, which has 4096 bytes");
    }
  }

  /** Two transfers wait in a channel; a third is dropped; the status says so. */
  @Test
  void aChannelHoldsTwoTransfersAndDropsAThird() {
    byte[] image = random(4096);
    Code code = start();
    result(code, RX + 8);
    transfer(code, RX, 0, L2, 256);
    code.nop(20); // the bus takes the address when the transfer begins
    result(code, RX + 8);
    transfer(code, RX, 1024, L2 + 0x400, 256);
    result(code, RX + 8);
    transfer(code, RX, 1024, L2 + 0x800, 256);
    waitFor(code, RX);
    result(code, RX + 8);
    result(code, L2);
    result(code, L2 + 0x400);
    result(code, L2 + 0x800);
    int[] got = run(code, RunOptions.defaults().withL3Image(image));
    assertThat(got)
        .containsExactly(0, 0x10, 0x30, 0, word(image, 0), word(image, 1024), 0x57575757);
  }

  /** The end of a transfer is SoC event 6 or 7 in the FIFO, and line 30 or 29. */
  @Test
  void transfersEndInEventsOfTheSocAndOfTheFabricController() {
    Code code = start();
    code.poke(0x1a106008, ~(1 << 6 | 1 << 7)); // let both through
    transfer(code, RX, 0, L2, 64);
    code.poke(0x1b204000, 1 << 27).li(A0, 0x1b20403c).word(A0 << 15 | 6 << 12 | 22 << 7 | 3);
    result(code, 0x1b200f00);
    result(code, 0x1b200f00);
    // While the FIFO held something its line came again: it is cleared when the FIFO is empty.
    code.poke(0x1b204028, 1 << 27);
    transfer(code, TX, 0, L2, 64);
    code.li(A0, 0x1b20403c).word(A0 << 15 | 6 << 12 | 22 << 7 | 3);
    result(code, 0x1b200f00);
    result(code, 0x1b20401c);
    int[] got = run(code, RunOptions.defaults());
    assertThat(got[0]).isEqualTo(0x80000006);
    assertThat(got[1]).as("empty").isZero();
    assertThat(got[2]).isEqualTo(0x80000007);
    assertThat(got[3] >>> 29 & 3).as("lines 29 and 30").isEqualTo(3);
  }

  /** Blocked events are lost, software events come through, and the ninth finds the FIFO full. */
  @Test
  void theFifoOfSocEventsHoldsEight() {
    Code code = start();
    code.poke(0x1a106000, 1).poke(0x1a106004, 0).poke(0x1a106000, 0xff).poke(0x1a106000, 1 << 3);
    for (int i = 0; i < 9; i++) {
      result(code, 0x1b200f00);
    }
    int[] got = run(code, RunOptions.defaults());
    for (int i = 0; i < 8; i++) {
      assertThat(got[i]).isEqualTo(0x80000000 | 48 + i);
    }
    assertThat(got[8]).isZero();
  }

  /** A channel whose clock is off does not listen; bit 5 of its configuration empties it. */
  @Test
  void aChannelWithoutClockIsDeafAndOneCanBeCleared() {
    Code code = start().poke(0x1a102780, 0);
    transfer(code, RX, 0, L2, 256);
    code.poke(0x1a102780, 1 << 3);
    result(code, RX + 4);
    result(code, RX + 8);
    transfer(code, RX, 0, L2, 4096);
    transfer(code, RX, 0, L2, 4096);
    code.poke(RX + 8, 0x20);
    result(code, RX + 8);
    int[] got = run(code, RunOptions.defaults());
    assertThat(got).containsExactly(0, 0, 0);
  }

  @Test
  void frequencyLoopsReportWhatTheyWouldMake() {
    Code code = new Code();
    result(code, 0x1a100004);
    result(code, 0x1a100000);
    code.poke(0x1a100014, 1 << 31 | 1 << 26 | 3052); // 100 MHz, closed loop
    result(code, 0x1a100010);
    result(code, 0x1a100014);
    result(code, 0x1a100008);
    int[] got = run(code, RunOptions.defaults());
    assertThat(got[0]).isEqualTo(0x454c05f5);
    assertThat(got[1] * 32_768.0).as("72 MHz at reset").isBetween(71.9e6, 72.1e6);
    assertThat(got[2]).isEqualTo(3052);
    assertThat(got[3]).isEqualTo(1 << 31 | 1 << 26 | 3052);
    assertThat(got[4]).isEqualTo(0x02004109);
    assertThatThrownBy(
            () -> Simulator.run(new Code().poke(0x1a100000, 1).program(), RunOptions.defaults()))
        .hasMessageContaining("0x1a100000");
  }

  /** One shot, periodic, cascaded to 64 bits, and with a prescaler before the comparison. */
  @Test
  void timersCountCompareAndCascade() {
    int timer = 0x1b200400;
    Code code = new Code().poke(0x1b201400, -1).poke(0x1b204000, 1 << 10);
    // One shot: stops at the match.
    code.poke(timer + 0x10, 500).poke(timer, 1 | 2 | 4 | 0x20);
    code.li(A0, 0x1b20403c).word(A0 << 15 | 6 << 12 | 22 << 7 | 3);
    result(code, timer + 8);
    result(code, timer);
    // Periodic: begins again at 0.
    code.poke(timer, 1 | 2 | 4 | 0x10);
    code.li(A0, 0x1b20403c).word(A0 << 15 | 6 << 12 | 22 << 7 | 3);
    code.word(A0 << 15 | 6 << 12 | 22 << 7 | 3);
    result(code, timer + 8);
    // 64 bits.
    code.poke(timer, 0).poke(timer + 8, -16).poke(timer + 12, 7).poke(timer, 1 << 31 | 1);
    code.nop(40);
    result(code, timer + 12);
    // The second counter, started and reset by its own registers.
    code.poke(timer, 0).poke(timer + 12, 99).poke(timer + 0x24, 1).poke(timer + 0x1c, 1).nop(10);
    result(code, timer + 12);
    int[] got = run(code, RunOptions.defaults());
    assertThat(got[0]).as("stopped").isBetween(500, 501);
    assertThat(got[1] & 1).as("disabled").isZero();
    assertThat(got[2]).as("begun again").isBetween(1, 60);
    assertThat(got[3]).as("carry").isEqualTo(8);
    assertThat(got[4]).isBetween(10, 60);
  }

  /** What every counter counts in the same twelve instructions. */
  @Test
  void performanceCountersCountTheirEvents() {
    Code code = new Code().poke(0x1b201400, -1).li(A1, 0x1b000100).li(22, 0x7fffffff);
    while ((code.here() & 63) != 0) {
      code.nop(1);
    }
    code.word(0x7a0b1073); // csrw pcer,s6
    int first = code.here();
    for (int round = 0; round < 2; round++) { // the second time from the cache
      code.word(0x79f01073); // csrw pccr_all,zero
      code.word(lw(20, A1, 0), addi(21, 20, 1), sw(21, A1, 4), lw(20, A1, 2));
      code.word(branch(0, ZERO, ZERO, 8), 0x13, branch(1, ZERO, ZERO, 8));
      code.word(Code.jal(ZERO, 8), 0x13).half(0x0001).half(0x0001);
      code.word(addi(23, ZERO, round), branch(1, 23, ZERO, 8));
      if (round == 0) {
        code.word(Code.jal(ZERO, 4));
      }
    }
    assertThat(code.here() - first).isLessThan(256);
    int[] counters = {1, 2, 4, 5, 6, 7, 8, 9, 10};
    for (int counter : counters) {
      code.word(Code.csrr(24, 0x780 + counter));
      keep(code, 24);
    }
    int[] got = run(code, RunOptions.defaults());
    assertThat(got[1]).as("load-use stalls").isEqualTo(1);
    assertThat(got[2]).as("instruction misses: never counted").isZero();
    assertThat(got[3]).as("loads, and the second half of the misaligned one").isEqualTo(3);
    assertThat(got[4]).as("stores: those of the results before too").isEqualTo(1 + 4);
    assertThat(got[5]).as("jumps").isEqualTo(1);
    assertThat(got[6]).as("branches").isEqualTo(3);
    assertThat(got[7]).as("taken").isEqualTo(2);
    assertThat(got[8]).as("compressed").isEqualTo(2);
  }

  private static Code semihosting(Code code, int operation, int parameter) {
    code.li(A1, parameter).li(A0, operation);
    return code.word(0x01f01013, 0x00100073);
  }

  /** Puts words and texts into L2 for the calls below. */
  private static void text(Code code, int at, String text) {
    byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), text.length() + 4 & ~3);
    for (int i = 0; i < bytes.length; i += 4) {
      code.poke(at + i, word(bytes, i));
    }
  }

  @Test
  void aProgramReadsAndWritesFilesOfItsFolderOnly(@TempDir Path folder) throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.writeString(inner.resolve("in.txt"), "hello world");
    Files.writeString(folder.resolve("secret"), "no");
    Files.createSymbolicLink(inner.resolve("link"), folder.resolve("secret"));
    Code code = new Code();
    int names = L2 + 0x100;
    text(code, names, "in.txt");
    text(code, names + 32, "out.txt");
    text(code, names + 64, "../secret");
    text(code, names + 96, "link");
    text(code, names + 128, "/etc/passwd");
    for (int i = 0; i < 5; i++) {
      code.poke(L2, names + 32 * i).poke(L2 + 4, i == 1 ? 4 : 0).poke(L2 + 8, 0);
      semihosting(code, 1, L2);
      keepA0(code);
    }
    code.poke(L2, 3).poke(L2 + 4, L2 + 0x300).poke(L2 + 8, 64);
    semihosting(code, 6, L2);
    keepA0(code);
    semihosting(code, 12, 3);
    keepA0(code);
    code.poke(L2, 3).poke(L2 + 4, 6);
    semihosting(code, 10, L2);
    keepA0(code);
    code.poke(L2, 3).poke(L2 + 4, L2 + 0x340).poke(L2 + 8, 2);
    semihosting(code, 6, L2);
    keepA0(code);
    code.poke(L2, 4).poke(L2 + 4, L2 + 0x300).poke(L2 + 8, 5);
    semihosting(code, 5, L2);
    keepA0(code);
    semihosting(code, 2, 4);
    keepA0(code);
    semihosting(code, 2, 99);
    keepA0(code);
    result(code, L2 + 0x340);
    int[] got = run(code, RunOptions.defaults().withFiles(inner));
    assertThat(Arrays.copyOf(got, 5)).as("opened").containsExactly(3, 4, -1, -1, -1);
    assertThat(Arrays.copyOfRange(got, 5, 12)).containsExactly(64 - 11, 11, 0, 0, 0, 0, -1);
    assertThat(got[12] & 0xffff).isEqualTo('w' | 'o' << 8);
    assertThat(inner.resolve("out.txt")).content().isEqualTo("hello");
  }

  private void keepA0(Code code) {
    code.word(addi(21, A0, 0));
    keep(code, 21);
  }

  @Test
  void withoutAFolderNothingCanBeOpenedAndTextGoesToTheOutput() {
    Code code = new Code();
    text(code, L2, "in.txt");
    text(code, L2 + 32, "text\n");
    code.poke(L2 + 64, L2).poke(L2 + 68, 0).poke(L2 + 72, 6);
    semihosting(code, 1, L2 + 64);
    keepA0(code);
    semihosting(code, 4, L2 + 32);
    code.poke(L2 + 64, 1).poke(L2 + 68, L2 + 32).poke(L2 + 72, 5);
    semihosting(code, 5, L2 + 64);
    keepA0(code);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int[] got = run(code, RunOptions.defaults().withStdout(out));
    assertThat(got).containsExactly(-1, 0);
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("text\ntext\n");
  }

  @Test
  void semihostingEndsAProgramAndRefusesWhatItDoesNotKnow() {
    RunOptions options = RunOptions.defaults();
    assertThat(
            Simulator.run(semihosting(new Code(), 0x18, 0x20026).program(), options).exitStatus())
        .isZero();
    assertThat(Simulator.run(semihosting(new Code(), 0x18, 1).program(), options).exitStatus())
        .isEqualTo(1);
    assertThatThrownBy(() -> Simulator.run(semihosting(new Code(), 0x77, 0).program(), options))
        .hasMessageContaining("operation 0x77");
    assertThatThrownBy(
            () -> Simulator.run(semihosting(new Code(), 4, 0x40000000).program(), options))
        .hasMessageContaining("0x40000000");
    assertThatThrownBy(() -> Simulator.run(new Code().word(0x00100073).program(), options))
        .hasMessageContaining("ebreak");
  }
}
