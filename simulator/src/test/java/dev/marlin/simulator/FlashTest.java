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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** HyperFlash: its layout, booting from it, and reads and commands through uDMA. */
class FlashTest {
  private static final int FLASH = 1 << 24;
  private static final int L2 = 0x1c040000;

  private static byte[] random(int bytes) {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return data;
  }

  /** Follows the offsets from the first word to a file, as the SDK's drivers do. */
  @Test
  void filesAreFoundThroughPartitionTableAndFileSystem() {
    byte[] first = random(1001);
    byte[] second = random(77);
    byte[] image = new FlashImage().file("a.bin", first).file("l3.bin", second).toBytes();
    ByteBuffer in = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int table = in.getInt(0);
    assertThat(in.getInt(table)).as("ba 02, version 1, one entry").isEqualTo(0x010102ba);
    assertThat(in.getInt(table + 32)).as("ba 01, data, readfs").isEqualTo(0x810101ba);
    int readFs = in.getInt(table + 36);
    assertThat(readFs).isEqualTo(0x40000);
    assertThat(in.getInt(table + 40)).isEqualTo(image.length - readFs);
    assertThat(new String(image, table + 44, 6, StandardCharsets.US_ASCII)).isEqualTo("readfs");
    int headerBytes = 12 + 12 + 6 + 12 + 7;
    assertThat(in.getLong(readFs)).isEqualTo(headerBytes);
    assertThat(in.getInt(readFs + 8)).isEqualTo(2);
    int at = readFs + 12 + 18;
    assertThat(in.getInt(at)).isEqualTo((headerBytes + 3 & ~3) + 1001 + 3);
    assertThat(in.getInt(at + 4)).isEqualTo(77);
    assertThat(in.getInt(at + 8)).isEqualTo(7);
    assertThat(new String(image, at + 12, 7, StandardCharsets.US_ASCII)).isEqualTo("l3.bin\0");
    int offset = readFs + in.getInt(at);
    assertThat(Arrays.copyOfRange(image, offset, offset + 77)).isEqualTo(second);
    int before = readFs + in.getInt(readFs + 12);
    assertThat(Arrays.copyOfRange(image, before, before + 1001)).isEqualTo(first);
  }

  @Test
  void aProgramBootsFromFlashAsFromItsFile() {
    Program program = new Code().poke(0x1c030000, 3).exit(7).program();
    byte[] image = new FlashImage().boot(program).file("x", random(300_000)).toBytes();
    Program booted = FlashImage.bootProgram(image, "flash.img");
    RunResult fromFile = Simulator.run(program, RunOptions.defaults());
    RunResult fromFlash = Simulator.run(booted, RunOptions.defaults().withFlashImage(image));
    assertThat(fromFlash.exitStatus()).isEqualTo(7);
    assertThat(fromFlash.statistics().cycles()).isEqualTo(fromFile.statistics().cycles());
  }

  @Test
  void whatCannotBeBootedIsRefusedWithAReason() {
    byte[] image = new FlashImage().boot(new Code().exit(0).program()).toBytes();
    refused(new byte[3], "3 bytes");
    refused(new FlashImage().file("a", new byte[9]).toBytes(), "no program to boot");
    byte[] damaged = image.clone();
    damaged[8]++;
    refused(damaged, "checksum");
    refused(Arrays.copyOf(image, 1100), "ends at 1100");
    Random random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      byte[] bad = image.clone();
      bad[random.nextInt(32)] = (byte) random.nextInt();
      bad = random.nextBoolean() ? bad : Arrays.copyOf(bad, random.nextInt(bad.length));
      try {
        assertThat(FlashImage.bootProgram(bad, "flash").name()).isEqualTo("flash");
      } catch (ProgramFormatException e) {
        assertThat(e.getMessage()).startsWith("flash ").doesNotContain("\n");
      }
    }
  }

  private static void refused(byte[] image, String reason) {
    assertThatThrownBy(() -> FlashImage.bootProgram(image, "flash.img"))
        .isInstanceOf(ProgramFormatException.class)
        .hasMessageContaining(reason);
  }

  /** As fast as HyperRAM: N + 82 cycles, and what is behind the image reads as 0xff. */
  @Test
  void flashIsReadThroughUdmaAtABytePerCycle() {
    byte[] image = random(5000);
    Code code = start();
    int begin = read(code, FLASH + 3000, 4096);
    int end = code.here();
    code.nop(4).exit(0);
    long[] at = new long[2];
    byte[][] got = new byte[1][];
    Map<Integer, Probe> probes =
        Map.of(
            begin,
            (machine, core) -> at[0] = machine.cycle(),
            end,
            (machine, core) -> at[1] = machine.cycle(),
            end + 16,
            (machine, core) -> got[0] = machine.read(L2, 4096));
    RunResult result =
        Simulator.run(
            code.program(), RunOptions.defaults().withFlashImage(image).withProbes(probes));
    assertThat(at[1] - at[0]).isBetween(4096L + 81, 4096L + 120);
    byte[] expected = new byte[4096];
    Arrays.fill(expected, (byte) 0xff);
    System.arraycopy(image, 3000, expected, 0, 2000);
    assertThat(got[0]).isEqualTo(expected);
    assertThat(result.statistics().l3().bytesRead()).as("HyperRAM").isZero();
  }

  /** Programming clears bits, erasing sets them, and the caller's image stays as it was. */
  @Test
  void flashIsProgrammedAndErasedByCommands() {
    byte[] image = random(4096);
    byte[] before = image.clone();
    Code code = start();
    command(code, 0x555, 0xaa);
    command(code, 0x2aa, 0x55);
    command(code, 0x555, 0xa0);
    command(code, 0x100, 0x0ff0);
    read(code, FLASH + 0x200, 4);
    int programmed = code.here();
    code.nop(1);
    command(code, 0x555, 0x70);
    read(code, FLASH, 4);
    int status = code.here();
    code.nop(1);
    for (int[] word :
        new int[][] {
          {0x555, 0xaa}, {0x2aa, 0x55}, {0x555, 0x80}, {0x555, 0xaa}, {0x2aa, 0x55}, {0, 0x30}
        }) {
      command(code, word[0], word[1]);
    }
    read(code, FLASH + 0x200, 4);
    int erased = code.here();
    code.exit(0);
    int[] got = new int[3];
    Map<Integer, Probe> probes =
        Map.of(
            programmed, (machine, core) -> got[0] = word(machine),
            status, (machine, core) -> got[1] = word(machine),
            erased, (machine, core) -> got[2] = word(machine));
    Simulator.run(code.program(), RunOptions.defaults().withFlashImage(image).withProbes(probes));
    int old = ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN).getInt(0x200);
    assertThat(got[0]).isEqualTo(old & 0xffff0ff0);
    assertThat(got[1] & 0xffff).isEqualTo(0x80);
    assertThat(got[2]).isEqualTo(-1);
    assertThat(image).isEqualTo(before);
  }

  private static int word(MachineView machine) {
    return ByteBuffer.wrap(machine.read(L2, 4)).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static Code start() {
    return new Code().poke(0x1b201400, -1).poke(0x1a102780, 1 << 3).poke(0x1a1021b8, 1);
  }

  /** Reads L3 to L2; the address of the store that starts it. */
  private static int read(Code code, int from, int bytes) {
    code.poke(0x1a1021a0, from).poke(0x1a102180, L2).poke(0x1a102184, bytes);
    return go(code, 0x1a102188);
  }

  /** Writes a 16-bit word to a word address of the flash, and lets it leave the bus. */
  private static void command(Code code, int at, int word) {
    code.poke(L2 + 64, word).poke(0x1a1021a0, FLASH + 2 * at);
    code.poke(0x1a102190, L2 + 64).poke(0x1a102194, 2);
    go(code, 0x1a102198);
    code.nop(60);
  }

  private static int go(Code code, int register) {
    code.li(A0, register).li(A1, 0x10);
    int start = code.here();
    code.word(sw(A1, A0, 0), lw(A2, A0, 0), 0x01067613, branch(1, A2, ZERO, -8));
    return start;
  }
}
