package dev.marlin.kernels;

import dev.marlin.simulator.MachineView;
import dev.marlin.simulator.Probe;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Runs cases in the simulator, many in one program: each is a layer of one tile. Before each, all
 * of L1 that the network may use is filled with a pattern; after it, whatever is no operand must
 * still hold the pattern.
 */
final class KernelProgram {

  private static final int GUARD = 64;
  private static final byte PATTERN = (byte) 0xA5;

  /** Input, second input, constants, output, working memory, sums between steps. */
  private static final int OPERANDS = 6;

  private final FirmwareTarget target;
  private final List<KernelCase> cases;
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<int[]> l1 = new ArrayList<>(); // starts and ends of the operands, in pairs
  private final MemoryUse use = new MemoryUse();
  private int inBytes;
  private int outBytes;
  private int constantsBytes;

  KernelProgram(FirmwareTarget target, List<KernelCase> cases) {
    this.target = target;
    this.cases = cases;
    for (KernelCase c : cases) {
      Kernel kernel = c.depth() == 0 ? KernelLibrary.select(c.spec()) : c.steps().first();
      kernels.add(kernel);
      int channels = c.tile().outChannels();
      boolean sums = c.depth() > 0 && c.spec().outBytes() == 1;
      int[] sizes = {
        c.in().length / c.tile().inChannels() * inChannels(c) + RuntimeLayout.TILE_SLACK,
        c.in2().length + RuntimeLayout.TILE_SLACK,
        c.depth() == 0
            ? kernel.constantsBytes(c.spec(), channels)
            : c.steps().largestPiece(c.depth(), channels),
        outputBytes(c),
        workingMemory(kernel, c).bytes(target.cores()),
        sums ? 4 * outputBytes(c) + RuntimeLayout.TILE_SLACK : 0
      };
      int[] places = new int[2 * OPERANDS];
      int at = GUARD;
      for (int i = 0; i < OPERANDS; i++) {
        places[2 * i] = at;
        places[2 * i + 1] = at + sizes[i];
        at = (at + sizes[i] + GUARD + 3) / 4 * 4;
      }
      if (at > arenaBytes()) {
        throw new IllegalArgumentException("case too large for L1: " + c.spec() + " " + c.tile());
      }
      l1.add(places);
      inBytes = Math.max(inBytes, Math.max(c.in().length, c.in2().length));
      outBytes = Math.max(outBytes, outputBytes(c));
      constantsBytes = Math.max(constantsBytes, packed(kernel, c).length);
    }
  }

  /** Input channels that the kernel sees at once. */
  private static int inChannels(KernelCase c) {
    return c.depth() == 0 ? c.tile().inChannels() : Math.min(c.depth(), c.tile().inChannels());
  }

  private static WorkingMemory workingMemory(Kernel kernel, KernelCase c) {
    return c.depth() == 0
        ? kernel.workingMemory(c.spec(), c.tile())
        : c.steps().workingMemory(c.depth(), c.tile());
  }

  private byte[] packed(Kernel kernel, KernelCase c) {
    int channels = c.tile().outChannels();
    return c.depth() == 0
        ? kernel.packConstants(c.spec(), c.constants(), 0, channels)
        : c.steps().packConstants(c.constants(), c.depth(), 0, channels);
  }

  private static int outputBytes(KernelCase c) {
    return c.tile().outHeight()
        * c.tile().outWidth()
        * c.tile().outChannels()
        * c.spec().outBytes();
  }

  private int arenaBytes() {
    return RuntimeLayout.l1ArenaBytes(target.l1Bytes(), target.cores());
  }

  private static int padded(int bytes) {
    return (bytes + 15) / 8 * 8 + RuntimeLayout.STRIPE_SLACK;
  }

  /** What the cases have used of L1 beside their operands. */
  MemoryUse use() {
    return use;
  }

  /**
   * One line for each case that is wrong: what it is and how it differs. Adds the cycles of every
   * case to {@code cycles}.
   */
  List<String> run(List<Long> cycles) {
    return run(Programs.builder(), cycles);
  }

  /** As above, compiled with the toolchain of {@code builder}. */
  List<String> run(FirmwareBuilder builder, List<Long> cycles) {
    ByteBuffer image = ByteBuffer.allocate(4 << 20).order(ByteOrder.LITTLE_ENDIAN);
    image.position(L3Image.HEADER_BYTES);
    StringBuilder source = new StringBuilder(HEAD.formatted(arenaBytes()));
    int in2 = padded(inBytes);
    int constants = in2 + padded(inBytes);
    int out = constants + padded(constantsBytes);
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < cases.size(); i++) {
      KernelCase c = cases.get(i);
      int in = put(image, c.in());
      int second = put(image, c.in2());
      int packed = put(image, packed(kernels.get(i), c));
      source.append(layer(i, in, second, packed, in2, constants, out));
      table.append("  {run_%d, {L2(%d), L3_NONE, %d}},\n".formatted(i, out, outputBytes(c)));
    }
    source.append("static const network_layer_t layers[] = {\n%s};\n".formatted(table));
    source.append("static uint32_t results[%d];\n".formatted(2 * cases.size()));
    source.append(
        "const network_t network = {%d, layers, 0, 0, results};\n".formatted(cases.size()));

    TreeSet<String> files = new TreeSet<>();
    kernels.forEach(k -> files.add(k.file()));
    cases.stream()
        .filter(c -> c.depth() > 0)
        .forEach(c -> c.steps().all().forEach(k -> files.add(k.file())));
    FirmwareImage firmware =
        builder.build(
            FirmwareRequest.of(
                target,
                Map.of("network.c", source.toString()),
                files,
                arenaBytes(),
                out + padded(outBytes)));
    byte[] l3 = Arrays.copyOf(image.array(), image.position());
    L3Image.writeHeader(l3, false);
    List<String> wrong = new ArrayList<>();
    Probe probe =
        (machine, core) -> check(machine, machine.register(core, 10), firmware, out, wrong);
    Run run = Run.of(target, firmware, l3, Map.of("marlin_layer_done", probe));
    if (run.status() != 0) {
      wrong.add("exit status " + run.status() + ": " + run.lines());
    }
    for (int i = 0; i < cases.size(); i++) {
      cycles.add(run.cycles("layer " + i));
    }
    return wrong;
  }

  private static int put(ByteBuffer image, byte[] bytes) {
    int at = (image.position() + 3) / 4 * 4;
    image.position(at).put(bytes);
    return at;
  }

  private void check(
      MachineView machine, int i, FirmwareImage firmware, int out, List<String> wrong) {
    KernelCase c = cases.get(i);
    String name =
        kernels.get(i).function()
            + " "
            + c.spec()
            + " "
            + c.tile()
            + " pads "
            + c.padTop()
            + ","
            + c.padLeft();
    byte[] expected = c.expected();
    byte[] got = machine.read((int) firmware.l2(out), expected.length);
    int difference = Arrays.mismatch(expected, got);
    if (difference >= 0) {
      wrong.add(
          "%s: byte %d is %d, not %d"
              .formatted(name, difference, got[difference] & 255, expected[difference] & 255));
    }
    byte[] arena = machine.read((int) firmware.l1(0), arenaBytes());
    int[] places = l1.get(i);
    Kernel kernel = kernels.get(i);
    use.addStacks(machine, target.cores());
    use.addWorkingMemory(
        kernel.function().replaceAll("_[a-z]+(_[0-9]+)?$", ""),
        workingMemory(kernel, c),
        Arrays.copyOfRange(arena, places[8], places[9]),
        target.cores(),
        PATTERN);
    for (int p = 0; p < OPERANDS; p++) {
      Arrays.fill(arena, places[2 * p], places[2 * p + 1], PATTERN);
    }
    for (int b = 0; b < arena.length; b++) {
      if (arena[b] != PATTERN) {
        wrong.add(
            name
                + ": wrote to byte "
                + b
                + " of L1, which is no operand: "
                + Arrays.toString(places));
        return;
      }
    }
  }

  private static final String HEAD =
      """
      #include "network.h"
      #include "layer.h"
      #include "runtime.h"
      #include "turn.h"
      static void fill(const tile_t *none) {
        (void)none;
        for (uint32_t i = (uint32_t)core_id(); i < %d / 4; i += NUM_CORES) ((volatile uint32_t *)L1(0))[i] = 0xA5A5A5A5;
      }
      """;

  private String layer(int i, int in, int second, int packed, int in2, int constants, int out) {
    KernelCase c = cases.get(i);
    LayerSpec s = c.spec();
    TileShape t = c.tile();
    int[] l = l1.get(i);
    boolean hasSecond = c.in2().length > 0;
    boolean joins = s.operation() == Operation.CONCATENATION;
    boolean weighted = KernelCase.isWeighted(s);
    long[] multiplier = c.constants().multiplier();
    int bytes = packed(kernels.get(i), c).length;
    return """
        kernel_t %1$s;
        %41$s
        static void run_%2$d(void) {
          layer_complete();
          turn_run(fill);
          static const layer_t layer = {
            .kernel = %1$s,
            .geometry = {%3$d, %4$d, %5$d, %6$d, %7$d, %8$d, %9$d, %10$dU, %11$d, %12$d, %39$d, {%13$d, %14$d}, %15$d, %38$d},
            .in_h = %16$d, .in_w = %17$d, .in_c = %18$d, .out_h = %19$d, .out_w = %20$d, .out_c = %21$d,
            .pad_top = %22$d, .pad_left = %23$d, .out_bytes = %24$d, .channelwise = %25$d,
            .in = {{L2(0), L2(0)}, %26$d}, .in2 = {{%27$s, %27$s}, %28$s}, .out = {{L2(%29$d), L2(%29$d)}, L3_NONE},
            .constants = {{L2(%30$d), L2(%30$d)}, %31$s},
            .stripe_h = %19$d, .slice_c = %21$d, .tile_h = %19$d, .tile_w = %20$d, .tile_c = %21$d,
            .constants_tile_bytes = %32$d, .constants_bytes = %32$d,
            .l1_in = {L1(%33$d), L1(%33$d)}, .l1_in2 = {L1(%34$d), L1(%34$d)}, .l1_constants = {L1(%35$d), L1(%35$d)},
            .l1_out = {L1(%36$d), L1(%36$d)}, .l1_scratch = L1(%37$d),
            .in2_c = %40$d, %42$s
          };
          layer_run(&layer);
        }
        """
        .formatted(
            kernels.get(i).function(),
            i,
            s.kernelHeight(),
            s.kernelWidth(),
            s.strideHeight(),
            s.strideWidth(),
            s.dilationHeight(),
            s.dilationWidth(),
            c.shift(),
            s.exactDivision() ? c.divisor() : 0,
            c.clipMin(),
            c.clipMax(),
            weighted || multiplier == null ? 0 : multiplier[0],
            c.second(),
            weighted ? 0 : c.constants().offset()[0],
            t.inHeight(),
            t.inWidth(),
            t.inChannels(),
            t.outHeight(),
            t.outWidth(),
            t.outChannels(),
            c.padTop(),
            c.padLeft(),
            s.outBytes(),
            joins || (weighted && s.operation() != Operation.DEPTHWISE) ? 0 : 1,
            in,
            hasSecond ? "L2(" + in2 + ")" : "0",
            hasSecond ? Integer.toString(second) : "L3_NONE",
            out,
            constants,
            bytes == 0 ? "L3_NONE" : Integer.toString(packed),
            bytes,
            l[0],
            l[2],
            l[4],
            l[6],
            l[8],
            c.zero(),
            workingMemory(kernels.get(i), c).coreBytes(),
            joins ? s.outChannels() - s.inChannels() : 0,
            c.depth() == 0 ? "" : stepFunctions(c),
            c.depth() == 0 ? "" : stepFields(c, l[10]));
  }

  private static String stepFunctions(KernelCase c) {
    StringBuilder text = new StringBuilder();
    c.steps().all().forEach(k -> text.append("kernel_t ").append(k.function()).append("; "));
    return text.toString();
  }

  private static String stepFields(KernelCase c, int sums) {
    StepKernels steps = c.steps();
    return """
        .depth_c = %d, .group_in = %d, .group_out = %d, .accumulate = %s, .finish = %s,
            .step_block_bytes = %d, .last_block_bytes = %d, .finish_block_bytes = %d, .l1_sums = %s,"""
        .formatted(
            c.depth(),
            c.tile().inChannels(),
            c.tile().outChannels(),
            steps.accumulate().function(),
            steps.finish().map(Kernel::function).orElse("0"),
            steps.stepBytes(c.depth(), 4),
            steps.lastStepBytes(c.depth(), 4),
            steps.finishBytes(4),
            steps.finish().isPresent() ? "L1(" + sums + ")" : "0");
  }
}
