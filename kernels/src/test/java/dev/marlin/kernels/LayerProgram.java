package dev.marlin.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A program of random layers, each tiled and placed at random, with the hashes that it must print.
 *
 * <p>All of L2's arena is loaded from the image before the layers run. Behind the layers come
 * others that compute nothing but whose "outputs" are the gaps between all places in L2 and L3: so
 * the hashes show whether anything was written where nothing should be.
 */
final class LayerProgram {

  private static final int GAP = 12;
  private static final int MAX_TILES = 120;

  private final Random random;
  private final StringBuilder layers = new StringBuilder();
  private final StringBuilder table = new StringBuilder();
  private final StringBuilder description = new StringBuilder();
  private final List<Integer> hashes = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();

  /** What must be at every place of L2 and L3 at the end; the ranges nobody checks are marked. */
  private final Region l2 = new Region(0);

  private final Region l3 = new Region(L3Image.HEADER_BYTES);
  private int l1Used;
  private int l1Most;
  private int count;

  /** A memory that grows: what it holds at the start, and which bytes belong to nobody. */
  private static final class Region {
    private byte[] start = new byte[1 << 20];
    private final boolean[] taken = new boolean[1 << 20];
    private int used;

    Region(int used) {
      this.used = used;
    }

    int take(Random random, int bytes, int alignment, int phase) {
      used += GAP + random.nextInt(8);
      used = (used + alignment - 1) / alignment * alignment + phase;
      int at = used;
      used += bytes;
      Arrays.fill(taken, at, used, true);
      return at;
    }
  }

  /**
   * Where an output lies.
   *
   * @param l2 offset in the L2 arena, or -1
   * @param l3 offset in HyperRAM, or -1
   */
  record Output(int l2, int l3, int bytes) {}

  private record Place(String text, int l2, int l3) {}

  /**
   * How a layer is cut; {@code depth} input channels at a time, 0 for all at once.
   *
   * @param finishes whether sums become outputs in a step of their own
   */
  private record Tiling(
      int stripeH, int sliceC, int tileH, int tileW, int tileC, int depth, boolean finishes) {

    private static final int STEP_BLOCK = 32;
    private static final int LAST_BLOCK = 48;
    private static final int FINISH_BLOCK = 16;

    int steps(LayerModel m) {
      return (m.inC() + depth - 1) / depth;
    }

    /** Bytes of the constants of 4 channels in the last step. */
    int lastBlock(LayerModel m) {
      return m.inC() % depth == 0 ? STEP_BLOCK : LAST_BLOCK;
    }

    /** Bytes of the constants of a tile of {@code channels} channels. */
    int tileBytes(LayerModel m, int channels) {
      if (depth == 0) {
        return 4 * channels;
      }
      int finish = finishes ? FINISH_BLOCK : 0;
      return (channels + 3) / 4 * ((steps(m) - 1) * STEP_BLOCK + lastBlock(m) + finish);
    }

    /** Bytes of the constants of one step at most. */
    int stepBytes() {
      return depth == 0 ? 4 * tileC : (tileC + 3) / 4 * LAST_BLOCK;
    }

    int sliceBytes(LayerModel m) {
      int rest = sliceC % tileC;
      return sliceC / tileC * tileBytes(m, tileC) + (rest == 0 ? 0 : tileBytes(m, rest));
    }

    /** The constants of {@code m} as the test kernels read them. */
    byte[] constants(LayerModel m) {
      if (depth == 0) {
        return m.constants();
      }
      ByteBuffer all = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
      int at = 0;
      for (int c = 0; c < m.outC(); c += tileC) {
        int channels = Math.min(tileC, m.outC() - c);
        int blocks = (channels + 3) / 4;
        for (int step = 0; step < steps(m); step++) {
          for (int i = 0; i < channels; i++) {
            all.putInt(at + 8 * i, step * depth);
            all.putInt(at + 8 * i + 4, step == 0 && !finishes ? m.constant(c + i) : 0);
          }
          at += blocks * (step + 1 < steps(m) ? STEP_BLOCK : lastBlock(m));
        }
        for (int i = 0; finishes && i < channels; i++) {
          all.putInt(at + 4 * i, m.constant(c + i));
        }
        at += finishes ? blocks * FINISH_BLOCK : 0;
      }
      return Arrays.copyOf(all.array(), at);
    }
  }

  LayerProgram(long seed, int maxSide, int maxChannels) {
    random = new Random(seed);
    random.nextBytes(l2.start);
    random.nextBytes(l3.start);
    int n = 1 + random.nextInt(3);
    List<LayerModel> models = new ArrayList<>();
    List<Tiling> tilings = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      LayerModel model = LayerModel.random(random, maxSide, maxChannels);
      models.add(model);
      tilings.add(tiling(model));
    }
    List<Place> constants = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      LayerModel m = models.get(i);
      Tiling t = tilings.get(i);
      constants.add(place(t.constants(m), t.sliceBytes(m), t.sliceC < m.outC()));
    }
    for (int i = 0; i < n; i++) {
      Place next = i + 1 < n ? constants.get(i + 1) : null;
      add(
          models.get(i),
          tilings.get(i),
          constants.get(i),
          next,
          i + 1 < n ? tilings.get(i + 1).sliceBytes(models.get(i + 1)) : 0);
    }
    gaps(l2);
    gaps(l3);
  }

  private Tiling tiling(LayerModel m) {
    while (true) {
      int stripeH = random.nextInt(3) == 0 ? m.outH() : 1 + random.nextInt(m.outH());
      int tileC = random.nextInt(3) == 0 ? m.outC() : 1 + random.nextInt(m.outC());
      int tilesC = (m.outC() + tileC - 1) / tileC;
      int sliceC = random.nextBoolean() ? m.outC() : tileC * (1 + random.nextInt(tilesC));
      sliceC = Math.min(sliceC, m.outC());
      if (sliceC % tileC != 0 && sliceC != m.outC()) {
        continue;
      }
      int tileH = 1 + random.nextInt(stripeH);
      int tileW = random.nextInt(3) == 0 ? m.outW() : 1 + random.nextInt(m.outW());
      int tiles = ((m.outH() + tileH - 1) / tileH) * ((m.outW() + tileW - 1) / tileW) * tilesC;
      if (tiles <= MAX_TILES) {
        boolean deep = !m.channelwise() && random.nextInt(3) == 0;
        int depth = deep ? 1 + random.nextInt(m.inC()) : 0;
        boolean finishes = deep && (m.outBytes() == 1 || random.nextBoolean());
        return new Tiling(stripeH, sliceC, tileH, tileW, tileC, depth, finishes);
      }
    }
  }

  /** Places an operand at random: whole in L2, or in L3 with one or two buffers in L2. */
  private Place place(byte[] content, int pieceBytes, boolean pieces) {
    if (content.length == 0) {
      return new Place("{{0, 0}, L3_NONE}", -1, -1);
    }
    if (random.nextBoolean()) {
      int at = l2.take(random, content.length, 4, random.nextInt(4));
      System.arraycopy(content, 0, l2.start, at, content.length);
      return new Place("{{L2(%d), L2(%d)}, L3_NONE}".formatted(at, at), at, -1);
    }
    int l3At = l3.take(random, content.length, 4, random.nextInt(4));
    System.arraycopy(content, 0, l3.start, l3At, content.length);
    int first = l2.take(random, pieceBytes + RuntimeLayout.STRIPE_SLACK, 4, 0);
    boolean two = pieces ? random.nextInt(4) != 0 : random.nextInt(4) == 0;
    int second = two ? l2.take(random, pieceBytes + RuntimeLayout.STRIPE_SLACK, 4, 0) : first;
    return new Place("{{L2(%d), L2(%d)}, %d}".formatted(first, second, l3At), first, l3At);
  }

  private String l1(int bytes, boolean two) {
    int[] at = new int[2];
    for (int i = 0; i < 2; i++) {
      if (i == 0 || two) {
        at[i] = l1Used;
        l1Used += (bytes + RuntimeLayout.TILE_SLACK + 3) / 4 * 4;
      } else {
        at[i] = at[0];
      }
    }
    return "{L1(%d), L1(%d)}".formatted(at[0], at[1]);
  }

  private void add(LayerModel m, Tiling t, Place constants, Place next, int nextSlice) {
    int rowsIn = Math.min(m.inH(), (t.stripeH - 1) * m.strideH() + m.reachH());
    int stripeIn = rowsIn * m.inW() * m.inC();
    boolean stripes = t.stripeH < m.outH();
    Place in = place(m.in(), stripeIn, stripes);
    Place in2 = place(m.in2(), stripeIn, stripes);
    byte[] expected = m.out();
    int outStripe = t.stripeH * m.outW() * m.outC() * m.outBytes();
    Place out;
    Output output;
    if (random.nextBoolean()) {
      int at = l2.take(random, expected.length, 4, random.nextInt(4));
      out = new Place("{{L2(%d), L2(%d)}, L3_NONE}".formatted(at, at), at, -1);
      output = new Output(at, -1, expected.length);
    } else {
      int at = l3.take(random, expected.length, 4, random.nextInt(4));
      int first = l2.take(random, outStripe + RuntimeLayout.STRIPE_SLACK, 4, 0);
      boolean two = random.nextInt(3) != 0;
      int second = two ? l2.take(random, outStripe + RuntimeLayout.STRIPE_SLACK, 4, 0) : first;
      out = new Place("{{L2(%d), L2(%d)}, %d}".formatted(first, second, at), first, at);
      output = new Output(-1, at, expected.length);
    }

    l1Used = 0;
    int inTileH = Math.min(m.inH(), (t.tileH - 1) * m.strideH() + m.reachH());
    int inTileW = Math.min(m.inW(), (t.tileW - 1) * m.strideW() + m.reachW());
    int inTileC = m.channelwise() ? t.tileC : t.depth > 0 ? t.depth : m.inC();
    int inTile = inTileH * inTileW * inTileC;
    byte[] packed = t.constants(m);
    int single = random.nextInt(3); // 0: all double, 1: at random, 2: all single
    boolean[] two = new boolean[3];
    for (int i = 0; i < 3; i++) {
      two[i] = single == 0 || (single == 1 && random.nextBoolean());
    }
    String l1In = l1(inTile, two[0]);
    String l1In2 = m.in2().length > 0 ? l1(inTile, two[0]) : "{0, 0}";
    String l1Constants = packed.length > 0 ? l1(t.stepBytes(), two[1]) : "{0, 0}";
    String l1Out = l1(t.tileH * t.tileW * t.tileC * m.outBytes(), two[2]);
    String sums = "0";
    if (t.finishes) {
      sums = "L1(" + l1Used + ")";
      l1(4 * t.tileH * t.tileW * t.tileC, false);
    }
    l1Most = Math.max(l1Most, l1Used);

    String prefetch = "{0, 0, 0}";
    if (next != null && next.l3 >= 0 && random.nextInt(3) != 0) {
      int slice = Math.min(nextSlice, constantsBytes(next));
      int phase = next.l3 & 3;
      int bytes = (phase + slice + 3) / 4 * 4;
      prefetch = "{%d, L2(%d), %d}".formatted(next.l3 - phase, next.l2, bytes);
    }

    String order = random.nextBoolean() ? "INPUT_STAYS" : "CONSTANTS_STAY";
    int overlap = random.nextInt(4) == 0 ? 0 : 1;
    String text =
        """
        static void run_%d(void) {
          static const l3_load_t prefetch = %s;
          static const layer_t layer = {
              .kernel = %s,
              .geometry = {.kernel_h = %d, .kernel_w = %d, .stride_h = %d, .stride_w = %d, .dilation_h = %d, .dilation_w = %d,
                           .multiplier = {%d, %d}},
              .in_h = %d, .in_w = %d, .in_c = %d, .out_h = %d, .out_w = %d, .out_c = %d,
              .pad_top = %d, .pad_left = %d, .out_bytes = %d, .channelwise = %d,
              .in = %s, .in2 = %s, .out = %s, .constants = %s,
              .stripe_h = %d, .slice_c = %d, .tile_h = %d, .tile_w = %d, .tile_c = %d,
              .order = %s, .overlap = %d, .constants_tile_bytes = %d, .constants_bytes = %d,
              .l1_in = %s, .l1_in2 = %s, .l1_constants = %s, .l1_out = %s,
              .depth_c = %d, .group_in = %d, .group_out = %d, .accumulate = %s, .finish = %s,
              .step_block_bytes = %d, .last_block_bytes = %d, .finish_block_bytes = %d, .l1_sums = %s,
              .prefetches = &prefetch, .prefetch_count = 1};
          layer_run(&layer);
        }
        """
            .formatted(
                count,
                prefetch,
                t.depth > 0 ? "test_first" : "test_kernel",
                m.kernelH(),
                m.kernelW(),
                m.strideH(),
                m.strideW(),
                m.dilationH(),
                m.dilationW(),
                m.channelwise() ? 1 : 0,
                m.outBytes(),
                m.inH(),
                m.inW(),
                m.inC(),
                m.outH(),
                m.outW(),
                m.outC(),
                m.padTop(),
                m.padLeft(),
                m.outBytes(),
                m.channelwise() ? 1 : 0,
                in.text,
                in2.text,
                out.text,
                constants.text,
                t.stripeH,
                t.sliceC,
                t.tileH,
                t.tileW,
                t.tileC,
                order,
                overlap,
                t.tileBytes(m, t.tileC),
                packed.length,
                l1In,
                l1In2,
                l1Constants,
                l1Out,
                t.depth,
                m.inC(),
                m.outC(),
                t.depth > 0 ? "test_next" : "0",
                t.finishes ? "test_last" : "0",
                Tiling.STEP_BLOCK,
                t.depth > 0 ? t.lastBlock(m) : 0,
                Tiling.FINISH_BLOCK,
                sums);
    layers.append(text);
    description.append(text);
    entry("run_" + count, output, expected);
  }

  /** Bytes of the constants that a place holds: known from the models only while it is built. */
  private int constantsBytes(Place place) {
    int end = place.l3;
    while (l3.taken[end]) {
      end++;
    }
    return end - place.l3;
  }

  private void entry(String function, Output output, byte[] expected) {
    String place = output.l2 >= 0 ? "L2(" + output.l2 + "), L3_NONE" : "0, " + output.l3;
    table.append("    {%s, {%s, %d}},%n".formatted(function, place, output.bytes));
    outputs.add(output);
    hashes.add(OutputHash.of(expected));
    count++;
  }

  private void gaps(Region region) {
    int end = region.used + 64;
    int from = region == l3 ? L3Image.HEADER_BYTES : 0;
    for (int i = from; i < end; ) {
      int gapEnd = i;
      while (gapEnd < end && !region.taken[gapEnd]) {
        gapEnd++;
      }
      if (gapEnd > i) {
        byte[] expected = Arrays.copyOfRange(region.start, i, gapEnd);
        Output gap = new Output(region == l2 ? i : -1, region == l3 ? i : -1, expected.length);
        entry("nothing", gap, expected);
      }
      i = gapEnd;
      while (i < end && region.taken[i]) {
        i++;
      }
    }
    region.used = end;
  }

  /** Bytes of the L2 arena. */
  private int l2Bytes() {
    return (l2.used + 3) / 4 * 4;
  }

  private int inputOffset() {
    return (l3.used + 3) / 4 * 4;
  }

  String networkC() {
    return testKernel()
        + layers
        + "static uint32_t results[%d];\nstatic const network_layer_t layers[] = {\n%s};\n"
            .formatted(2 * count, table)
        + "static const l3_load_t inputs[] = {{%d, L2(0), %d}};\n"
            .formatted(inputOffset(), l2Bytes())
        + "const network_t network = {%d, layers, 1, inputs, results};\n".formatted(count);
  }

  private static String testKernel() {
    try (InputStream in = LayerProgram.class.getResourceAsStream("test_kernel.h")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The L3 image: everything in L3, then all that L2 holds at the start. */
  byte[] image() {
    byte[] image = new byte[inputOffset() + l2Bytes()];
    System.arraycopy(l3.start, 0, image, 0, l3.used);
    System.arraycopy(l2.start, 0, image, inputOffset(), l2Bytes());
    L3Image.writeHeader(image, true);
    return image;
  }

  FirmwareRequest request(FirmwareTarget target) {
    return FirmwareRequest.of(
        target, Map.of("network.c", networkC()), Set.of(), Math.max(l1Most, 256), l2Bytes());
  }

  /** The hash lines that the program must print, in order. */
  List<String> expected() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < hashes.size(); i++) {
      lines.add("marlin layer %d hash %08x".formatted(i, hashes.get(i)));
    }
    return lines;
  }

  /** Where every output of the program lies, gaps included. */
  List<Output> outputs() {
    return outputs;
  }

  /** The layers as C, for the message of a failed test. */
  String description() {
    return description.toString();
  }
}
