package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DMA and HyperRAM transfers of any size and alignment, against arrays in Java. */
final class TransferTest {

  private static final FirmwareBuilder BUILDER = Programs.builder();
  private static final FirmwareTarget LARGE = new FirmwareTarget(2, 256 * 1024, 2 << 20);

  /**
   * Memory contents as Java sees them. L1 and L2 are loaded from the image and hashed at the end.
   */
  private static final class Model {
    final byte[] l1;
    final byte[] l2;
    final byte[] l3;

    /** L3 holds the header, {@code l3Free} bytes, then what L2 and L1 begin with. */
    Model(Random random, int l1Bytes, int l2Bytes, int l3Free) {
      l1 = new byte[l1Bytes];
      l2 = new byte[l2Bytes];
      l3 = new byte[L3Image.HEADER_BYTES + l3Free + l2Bytes + l1Bytes];
      random.nextBytes(l3);
      L3Image.writeHeader(l3, true);
    }

    /** What a program does before each pass. */
    void reload() {
      int from = l3.length - l2.length - l1.length;
      System.arraycopy(l3, from, l2, 0, l2.length);
      System.arraycopy(l3, from + l2.length, l1, 0, l1.length);
    }
  }

  /**
   * A program that does {@code work} on the fabric controller; its layers 0, 1, 2 "output" L2, L1
   * and L3.
   */
  private static String program(Model m, String work) {
    int in = m.l3.length - m.l2.length - m.l1.length;
    return """
        #include "dma.h"
        #include "l3.h"
        #include "network.h"
        #include "output.h"
        #include "runtime.h"
        #include <string.h>
        static uint32_t results[6];
        static void run(void) {
          uint32_t c = dma_begin();
          dma_1d(DMA_IN, L1(0), L2(%2$d), %1$d);
          dma_wait(c);
        %3$s
          c = dma_begin();
          dma_1d(DMA_OUT, L1(0), L2(%2$d), %1$d);
          dma_wait(c);
        }
        static void nothing(void) {}
        static const network_layer_t layers[] = {
            {run, {L2(0), L3_NONE, %2$d}}, {nothing, {L2(%2$d), L3_NONE, %1$d}}, {nothing, {0, %4$d, %5$d}}};
        static const l3_load_t inputs[] = {{%6$d, L2(0), %7$d}};
        const network_t network = {3, layers, 1, inputs, results};
        """
        .formatted(
            m.l1.length,
            m.l2.length,
            work,
            L3Image.HEADER_BYTES,
            in - L3Image.HEADER_BYTES,
            in,
            m.l2.length + m.l1.length);
  }

  /**
   * The program does its work in both passes; what the first writes to L3 the second finds there.
   */
  private static void check(Model m, byte[] image, String work, List<Runnable> twin) {
    for (int pass = 0; pass < 2; pass++) {
      m.reload();
      twin.forEach(Runnable::run);
    }
    FirmwareImage firmware =
        BUILDER.build(
            FirmwareRequest.of(
                LARGE,
                Map.of("network.c", program(m, work)),
                Set.of(),
                m.l1.length,
                m.l2.length + m.l1.length));
    Run run = Run.of(LARGE, firmware, image);
    byte[] l3 =
        Arrays.copyOfRange(m.l3, L3Image.HEADER_BYTES, m.l3.length - m.l2.length - m.l1.length);
    assertThat(run.hashLines())
        .as("status %d, output %s%n%s", run.status(), run.lines(), work)
        .containsExactly(
            "marlin layer 0 hash %08x".formatted(OutputHash.of(m.l2)),
            "marlin layer 1 hash %08x".formatted(OutputHash.of(m.l1)),
            "marlin layer 2 hash %08x".formatted(OutputHash.of(l3)));
    assertThat(run.status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void dmaTransfersOfAnySizeAndStrideMoveTheirBytesOnly(long seed) {
    Random random = new Random(seed);
    Model m = new Model(random, 200_000, 1 << 20, 0);
    byte[] image = m.l3.clone();
    List<Runnable> twin = new ArrayList<>();
    StringBuilder work = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      boolean in = random.nextBoolean();
      final int line;
      final int lines;
      final int stride;
      switch (random.nextInt(5)) {
        case 0 -> { // beyond 16 bit in one dimension
          line = 60_000 + random.nextInt(100_000);
          lines = 1;
          stride = line;
        }
        case 1 -> { // a stride beyond 15 bit
          line = 1 + random.nextInt(500);
          lines = 1 + random.nextInt(8);
          stride = 32_760 + random.nextInt(20_000);
        }
        case 2 -> { // a size beyond 16 bit in two dimensions
          line = 500 + random.nextInt(500);
          lines = 70 + random.nextInt(100);
          stride = line + random.nextInt(3000);
        }
        case 3 -> { // a line beyond 15 bit
          line = 32_760 + random.nextInt(10_000);
          lines = 2 + random.nextInt(2);
          stride = line + random.nextInt(10);
        }
        default -> {
          line = 1 + random.nextInt(20);
          lines = 1 + random.nextInt(40);
          stride = line + random.nextInt(30);
        }
      }
      int l1 = random.nextInt(m.l1.length - lines * line);
      int l2 = random.nextInt(m.l2.length - lines * stride);
      work.append(
          "    c = dma_begin();%n    dma_2d(%s, L1(%d), L2(%d), %d, %d, %d);%n    dma_wait(c);%n"
              .formatted(in ? "DMA_IN" : "DMA_OUT", l1, l2, lines, line, stride));
      for (int k = 0; k < lines; k++) {
        int far = l2 + k * stride;
        int near = l1 + k * line;
        twin.add(
            in
                ? () -> System.arraycopy(m.l2, far, m.l1, near, line)
                : () -> System.arraycopy(m.l1, near, m.l2, far, line));
      }
    }
    check(m, image, work.toString(), twin);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void hyperRamTransfersOfAnySizeAndAlignmentMoveTheirBytesOnly(long seed) {
    Random random = new Random(seed);
    int half = 30_000; // requests use the lower half of L2 and L3, prefetches the upper
    Model m = new Model(random, 1024, 2 * half + 10_000, 2 * half);
    byte[] image = m.l3.clone();
    List<Runnable> twin = new ArrayList<>();
    StringBuilder work = new StringBuilder("    l3_ticket_t t = 0, u = 0;\n");
    work.append("    (void)u;\n");
    int words = (int) (seed % 3); // 0: whole words; 1: both sides agree modulo 4; 2: anything
    List<String> claims = new ArrayList<>();
    TakeOver late = null;
    for (int i = 0; i < 60; i++) {
      if (random.nextInt(3) == 0) {
        // Prefetches come when they like, so each has its own bytes of L2 and nobody writes its L3.
        int to = half + claims.size() * 400 + random.nextInt(8);
        int bytes = random.nextInt(380);
        int from = L3Image.HEADER_BYTES + half + random.nextInt(half - bytes);
        twin.add(() -> System.arraycopy(m.l3, from, m.l2, to, bytes));
        String range = "(%d, L2(%d), %d)".formatted(from, to, bytes);
        work.append("    l3_prefetch").append(range).append(";\n");
        claims.add("    l3_wait(l3_read" + range + ");\n");
        if (random.nextBoolean()) {
          work.append(claims.get(random.nextInt(claims.size())));
        }
      }
      int size = random.nextInt(4) == 0 ? random.nextInt(9000) : random.nextInt(80);
      int bytes = words == 0 ? size & ~3 : size;
      int offset = random.nextInt(half - bytes - 4);
      int l3 = L3Image.HEADER_BYTES + (words == 0 ? offset & ~3 : offset);
      int l2 = random.nextInt(half - bytes - 4);
      if (words < 2) {
        l2 = (l2 & ~3) | (l3 & 3);
      }
      int place = l2;
      boolean write = random.nextBoolean();
      if (write) {
        twin.add(() -> System.arraycopy(m.l2, place, m.l3, l3, bytes));
        work.append("    t = l3_write(%d, L2(%d), %d);\n".formatted(l3, l2, bytes));
      } else {
        twin.add(() -> System.arraycopy(m.l3, l3, m.l2, place, bytes));
        work.append("    t = l3_read(%d, L2(%d), %d);\n".formatted(l3, l2, bytes));
      }
      // What is done is done: the core takes over, now or after the request that follows.
      if (late != null && (late.l2 + late.bytes <= l2 || l2 + bytes <= late.l2)) {
        takeOver(late, m, 2 * half, work, twin, "u");
      }
      late = null;
      TakeOver takeOver = new TakeOver(l2, bytes, write, (byte) i);
      switch (random.nextInt(3)) {
        case 0 -> takeOver(takeOver, m, 2 * half, work, twin, "t");
        case 1 -> {
          late = takeOver;
          work.append("    u = t;\n");
        }
        default -> {}
      }
    }
    claims.forEach(work::append);
    work.append("    l3_settle();\n");
    check(m, image, work.toString(), twin);
  }

  /** What the core does with a place in L2 when the transfer from or to it is done. */
  private record TakeOver(int l2, int bytes, boolean write, byte value) {}

  /** Behind a write the core overwrites the place; behind a read it copies it. */
  private static void takeOver(
      TakeOver t, Model m, int copyAt, StringBuilder work, List<Runnable> twin, String ticket) {
    work.append("    l3_wait(%1$s);\n    if (!l3_done(%1$s)) finish(1);\n".formatted(ticket));
    if (t.bytes == 0) {
      return;
    }
    if (t.write) {
      twin.add(() -> Arrays.fill(m.l2, t.l2, t.l2 + t.bytes, t.value));
      work.append("    memset(L2(%d), %d, %d);\n".formatted(t.l2, t.value, t.bytes));
    } else {
      twin.add(() -> System.arraycopy(m.l2, t.l2, m.l2, copyAt, t.bytes));
      work.append("    memcpy(L2(%d), L2(%d), %d);\n".formatted(copyAt, t.l2, t.bytes));
    }
  }
}
