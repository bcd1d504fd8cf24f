package dev.marlin.explorer.benchmark;

import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.FirmwareImage;
import dev.marlin.kernels.FirmwareRequest;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.KernelLibrary;
import dev.marlin.kernels.L3Image;
import dev.marlin.kernels.LayerConstants;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.RuntimeLayout;
import dev.marlin.kernels.TileShape;
import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Probe;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The program that times one kernel: the fabric controller brings the operands to L1, then all
 * cores call the kernel twice, each time between barriers. The second call counts: the instruction
 * cache is warm, as it is for all tiles of a layer but the first.
 */
final class BenchmarkProgram {
  private static final long MAX_CYCLES = 20_000_000;
  private static final int FIRST_CORES_A0 = 10;
  private static final int TYPICAL_MULTIPLIER = 1000;

  private final FirmwareBuilder builder;
  private final KernelCase measured;
  private final Kernel kernel;
  private final FirmwareTarget target;

  BenchmarkProgram(FirmwareBuilder builder, KernelCase measured, int cores) {
    this.builder = builder;
    this.measured = measured;
    this.kernel = KernelLibrary.select(measured.layer());
    this.target =
        new FirmwareTarget(cores, FirmwareTarget.GAP8.l1Bytes(), FirmwareTarget.GAP8.l2Bytes());
  }

  String function() {
    return kernel.function();
  }

  /** Cycles of the kernel. */
  long cycles() {
    FirmwareImage firmware = build();
    byte[] image = image();
    AtomicLong cycles = new AtomicLong(-1);
    Probe probe =
        (machine, core) -> {
          if (machine.register(core, FIRST_CORES_A0) == 0) {
            cycles.set(word(machine.read((int) firmware.l2(0), 4)));
          }
        };
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    RunOptions options =
        RunOptions.defaults()
            .withChip(ChipConfig.gap8().withCores(target.cores()))
            .withL3Image(image)
            .withMaxCycles(MAX_CYCLES)
            .withStdout(stdout)
            .withProbes(Map.of((int) firmware.address("marlin_layer_done"), probe));
    RunResult result = Simulator.run(Program.parse(firmware.elf(), measured.name()), options);
    if (result.exitStatus() != 0 || cycles.get() < 0) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the benchmark of %s ended with status %d and %d cycles: %s",
              kernel.function(),
              result.exitStatus(),
              cycles.get(),
              stdout.toString(StandardCharsets.UTF_8)));
    }
    return cycles.get();
  }

  private static int word(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** Bytes of the kernel's function and of those that it alone calls. */
  int codeBytes() {
    int all = build().functionBytes();
    int without =
        build("static void " + kernel.function() + "(const tile_t *t) { (void)t; }", Set.of())
            .functionBytes();
    return all - without;
  }

  private FirmwareImage build() {
    return build("kernel_t " + kernel.function() + ";", Set.of(kernel.file()));
  }

  private FirmwareImage build(String declaration, Set<String> kernels) {
    int l1 = RuntimeLayout.l1ArenaBytes(target.l1Bytes(), target.cores());
    return builder.build(
        FirmwareRequest.of(
            target,
            Map.of("network.c", declarations(declaration)),
            kernels,
            l1,
            16 + operandBytes()));
  }

  private static int aligned(int bytes) {
    return (bytes + 3) / 4 * 4;
  }

  private int inBytes() {
    TileShape t = measured.tile();
    return aligned(t.inHeight() * t.inWidth() * t.inChannels() + RuntimeLayout.TILE_SLACK);
  }

  private int constantsBytes() {
    return kernel.constantsBytes(measured.layer(), measured.tile().outChannels());
  }

  /** Input, second input and constants, as they lie in L3, L2 and L1 alike. */
  private int operandBytes() {
    return (isAddition() ? 2 : 1) * inBytes() + constantsBytes();
  }

  private boolean isAddition() {
    return measured.layer().operation() == Operation.ADDITION;
  }

  private byte[] image() {
    Random random = new Random(measured.shape().hashCode());
    byte[] operands = new byte[(isAddition() ? 2 : 1) * inBytes()];
    random.nextBytes(operands);
    ByteBuffer image = ByteBuffer.allocate(L3Image.HEADER_BYTES + operandBytes());
    image.position(L3Image.HEADER_BYTES).put(operands);
    if (measured.isWeighted()) {
      image.put(packedConstants(random));
    }
    L3Image.writeHeader(image.array(), false);
    return image.array();
  }

  private byte[] packedConstants(Random random) {
    LayerSpec layer = measured.layer();
    int channels = layer.outChannels();
    byte[] weights = new byte[channels * measured.inputsOfAnOutput()];
    random.nextBytes(weights);
    boolean raw = layer.outBytes() == 4;
    long[] multiplier = new long[channels];
    long[] offset = new long[channels];
    for (int c = 0; c < channels; c++) {
      multiplier[c] = random.nextInt(TYPICAL_MULTIPLIER / 2, 3 * TYPICAL_MULTIPLIER / 2);
      offset[c] = random.nextInt(1 << 20);
    }
    LayerConstants constants = new LayerConstants(weights, raw ? null : multiplier, offset);
    return kernel.packConstants(layer, constants, 0, channels);
  }

  private int multiplier() {
    if (measured.isWeighted()) {
      return 0; // each channel has its own
    }
    return switch (measured.layer().operation()) {
      case MAX_POOLING -> 1;
      case ADDITION -> secondMultiplier() == 100 ? 5 : secondMultiplier();
      default -> 5;
    };
  }

  private int secondMultiplier() {
    return switch (measured.name()) {
      case KernelCases.SCALED_ADDITION -> 100;
      case KernelCases.WIDE_ADDITION -> 20_000;
      default -> 32;
    };
  }

  /** Such that random inputs and weights give outputs of all sizes. */
  private int shift() {
    if (measured.isWeighted()) {
      double deviation = Math.sqrt(measured.inputsOfAnOutput()) * 148 * 74;
      return (int) Math.round(Math.log(deviation * TYPICAL_MULTIPLIER / 100) / Math.log(2));
    }
    return switch (measured.layer().operation()) {
      case MAX_POOLING -> 0;
      case ADDITION -> secondMultiplier() == 32 ? 5 : secondMultiplier() == 100 ? 8 : 16;
      default -> 8;
    };
  }

  private String declarations(String declaration) {
    LayerSpec s = measured.layer();
    TileShape t = measured.tile();
    int in = inBytes();
    int constants = (isAddition() ? 2 : 1) * in;
    int out = constants + constantsBytes();
    int outBytes = aligned(t.outHeight() * t.outWidth() * t.outChannels() * s.outBytes());
    int scratch = out + outBytes + RuntimeLayout.TILE_SLACK;
    int end = scratch + kernel.workingMemory(s, t).bytes(target.cores());
    int room = RuntimeLayout.l1ArenaBytes(target.l1Bytes(), target.cores());
    if (end > room) {
      throw new IllegalStateException(
          measured.name() + " " + measured.shape() + " takes " + end + " bytes of L1, of " + room);
    }
    String geometry =
        String.format(
            Locale.ROOT,
            ".kernel_h = %d, .kernel_w = %d, .stride_h = %d, .stride_w = %d, .dilation_h = 1,"
                + " .dilation_w = 1, .shift = %d, .clip_min = 0, .clip_max = 255, .core_scratch = %d,"
                + " .multiplier = {%d, %d}, .offset = 0",
            s.kernelHeight(),
            s.kernelWidth(),
            s.strideHeight(),
            s.strideWidth(),
            shift(),
            kernel.workingMemory(s, t).coreBytes(),
            multiplier(),
            isAddition() ? secondMultiplier() : 0);
    String tile =
        String.format(
            Locale.ROOT,
            ".in = L1(0), .in2 = L1(%d), .constants = L1(%d), .out = L1(%d), .scratch = L1(%d),"
                + " .in_h = %d, .in_w = %d, .in_c = %d, .out_h = %d, .out_w = %d, .out_c = %d,"
                + " .pad_top = %d, .pad_left = %d, .geometry = &geometry",
            isAddition() ? in : 0,
            constants,
            out,
            scratch,
            t.inHeight(),
            t.inWidth(),
            t.inChannels(),
            t.outHeight(),
            t.outWidth(),
            t.outChannels(),
            measured.padTop(),
            measured.padLeft());
    return SOURCE
        .replace("DECLARATION", declaration)
        .replace("GEOMETRY", geometry)
        .replace("TILE", tile)
        .replace("KERNEL", kernel.function())
        .replace("HEADER", Integer.toString(L3Image.HEADER_BYTES))
        .replace("OPERANDS", Integer.toString(operandBytes()));
  }

  private static final String SOURCE =
      """
      #include "dma.h"
      #include "l3.h"
      #include "network.h"
      #include "tile.h"
      #include "turn.h"
      DECLARATION
      static const geometry_t geometry_l2 = {GEOMETRY};
      IN_L1 geometry_t geometry; /* as layer.c keeps it */
      static const tile_t tile_l2 = {TILE};
      IN_L1 tile_t tile;
      static void measure(const tile_t *none) {
        (void)none;
        uint32_t begin = 0;
        for (int i = 0; i < 2; i++) {
          cluster_barrier();
          begin = cluster_cycles();
          KERNEL(&tile);
          cluster_barrier();
        }
        if (core_id() == 0) *(volatile uint32_t *)L2(0) = cluster_cycles() - begin;
      }
      static void run(void) {
        l3_wait(l3_read(HEADER, L2(16), OPERANDS));
        uint32_t counter = dma_begin();
        dma_1d(DMA_IN, L1(0), L2(16), OPERANDS);
        dma_wait(counter);
        geometry = geometry_l2;
        tile = tile_l2;
        turn_run(measure);
      }
      static uint32_t results[2];
      static const network_layer_t layers[] = {{run, {L2(0), L3_NONE, 4}}};
      const network_t network = {1, layers, 0, 0, results};
      """;
}
