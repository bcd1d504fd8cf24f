package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.lowering.Scaling;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * Predicted cycles of the kernel of a layer: a straight line in the counts of its loops, for the
 * core that has most to do.
 */
final class KernelCost {
  /** Pixels, channels and inputs that the inner loops take at once. */
  private static final int BLOCK = 4;

  /** Columns of a strip of the depthwise kernel times its stride. */
  private static final int STRIP = 32;

  /**
   * Cycles to transpose a column of the input of the depthwise kernel: its instructions (stride 1
   * and 2), and a tenth for what cores wait for banks. Counted, not fitted: in most layers units
   * and columns grow alike.
   */
  private static final double TRANSPOSE_1 = 34;

  private static final double TRANSPOSE_2 = 30;

  /** Requantization variants whose depthwise kernel computes two columns at once. */
  private static final List<String> PAIRED = List.of("shift_32", "clamped", "refined");

  private static final int BYTE_MAX = 255;
  private static final int HALF_WORD_MAX = 0xffff;

  private final KernelLayer layer;
  private final int cores;
  private final String file;
  private final String variant;
  private final String fallback;
  private final boolean gathers;
  private final boolean square;
  private final List<String> names = new ArrayList<>();
  private final double[] constants;

  /**
   * @param cores of the cluster
   */
  KernelCost(KernelLayer layer, int cores, CostConstants all) {
    this.layer = layer;
    this.cores = cores;
    file = file(layer);
    variant = variant(layer);
    fallback = fallback(layer.spec().operation());
    gathers = file.contains("gather");
    square = isSquareOfThree(layer.window());
    name("layer", "");
    name("tile", "");
    switch (layer.spec().operation()) {
      case CONVOLUTION -> {
        name("unit", variant);
        name("step", "");
        name("segment", "");
        name("quad", "");
        name("quadTap", "");
      }
      case DEPTHWISE -> {
        name("unit", square ? "" : variant);
        name(square ? "column" : "tap", square ? variant : "");
        if (square) {
          name("odd", "");
        }
      }
      case FULLY_CONNECTED -> {
        name("unit", variant);
        name("step", "");
      }
      case MAX_POOLING, AVERAGE_POOLING -> {
        name("unit", variant);
        name("tap", "");
      }
      default -> name("unit", way(layer));
    }
    name("missed", "");
    name("cold", "");
    name("contention", "");
    constants = new double[names.size()];
    for (int i = 0; i < constants.length; i++) {
      String[] parts = names.get(i).split("\\.", 3);
      constants[i] = all.get(parts[0], parts[1], parts.length > 2 ? parts[2] : "", fallback);
    }
  }

  private static String file(KernelLayer layer) {
    return layer.kernel().file().replaceAll("\\.c$", "");
  }

  private static String variant(KernelLayer layer) {
    String file = file(layer);
    String function = layer.kernel().function();
    return function.startsWith(file) ? function.substring(file.length()).replaceAll("^_", "") : "";
  }

  private void name(String term, String of) {
    names.add(file + "." + term + (of.isEmpty() ? "" : "." + of));
  }

  private static String fallback(Operation operation) {
    return switch (operation) {
      case CONVOLUTION -> "convolution";
      case DEPTHWISE -> "depthwise";
      case FULLY_CONNECTED -> "fully_connected";
      case MAX_POOLING -> "max_pooling";
      case AVERAGE_POOLING -> "average_pooling";
      default -> "addition";
    };
  }

  /** The kernel's function, whose code is in the instruction cache after it ran. */
  String function() {
    return layer.kernel().function();
  }

  /** Names of the constants that this kernel's cost is made of. */
  List<String> names() {
    return names;
  }

  /** The value of the constant that is {@link #names} {@code i}. */
  double constant(int i) {
    return constants[i];
  }

  /** Cycles that the layer pays once: its code comes into the instruction cache. */
  double layerCycles() {
    return constants[0];
  }

  /** Cycles that every tile pays. */
  double tileCycles() {
    return constants[1];
  }

  /**
   * Part of what is booked that the first tile waits for although the kernel ran last: for code
   * that this layer alone runs.
   */
  double missed() {
    return constants[constants.length - 3];
  }

  /** How much longer the first tile takes, whose code waits for what is loaded beside it. */
  double cold() {
    return constants[constants.length - 2];
  }

  /** How much of the shorter of computation and transfer is lost where both run together. */
  double contention() {
    return constants[constants.length - 1];
  }

  /** Cycles of one tile of {@code height} x {@code width} x {@code channels} output elements. */
  double cycles(int height, int width, int channels) {
    int pixels = height * width;
    int fours = TileGrid.ceilDiv(channels, BLOCK);
    Window window = layer.window();
    int taps = window.kernelHeight() * window.kernelWidth();
    return constants[1]
        + switch (layer.spec().operation()) {
          case CONVOLUTION -> convolution(pixels, fours, taps);
          case DEPTHWISE -> {
            if (!square) {
              yield line(share(pixels * fours), taps);
            }
            yield depthwise(height, width, fours);
          }
          case FULLY_CONNECTED ->
              share(fours) * constants[2]
                  + share(TileGrid.ceilDiv(layer.in().channels(), BLOCK) * fours) * constants[3];
          case MAX_POOLING, AVERAGE_POOLING -> line(share(pixels * fours), taps);
          default -> additionWords(TileGrid.ceilDiv(pixels * channels, BLOCK)) * constants[2];
        };
  }

  /**
   * The words of a core in the addition kernel, whose cores begin at different banks: a share
   * rounded up to twice an odd number.
   */
  private int additionWords(int words) {
    int each = share(words);
    return Math.min(words, each + (2 - each & 3));
  }

  /**
   * What a unit of a layer costs by, besides its sizes: the requantization, but an addition takes
   * one of four ways, as its numbers allow, of which the fastest takes a tenth of the slowest.
   */
  static String way(KernelLayer layer) {
    String variant = variant(layer);
    Scaling s = layer.scaling();
    long first = s.firstMultiplier();
    long second = s.secondMultiplier();
    if (layer.spec().operation() != Operation.ADDITION
        || !variant.equals("shift_32")
        || s.shift() > 15) {
      return variant;
    }
    boolean whole = s.offset() == 0 && s.clipMax() >= BYTE_MAX && s.clipMin() <= 0;
    if (whole && first == second && first == 1L << s.shift()) {
      return "sums";
    }
    if (whole && first == second && 2 * first == 1L << s.shift()) {
      return "means";
    }
    boolean fits =
        first >= 0
            && second >= 0
            && s.offset() >= 0
            && first <= BYTE_MAX + 2
            && second <= BYTE_MAX + 2
            && BYTE_MAX * (first + second) + s.offset() <= HALF_WORD_MAX;
    return fits ? "half_words" : variant;
  }

  /**
   * 3x3: units of two rows of a strip, of four channels. With stride 1 a core transposes the input
   * of two units at once, with stride 2 of each.
   */
  private double depthwise(int height, int width, int fours) {
    int stride = layer.window().strideWidth();
    int strips = TileGrid.ceilDiv(width, STRIP / stride);
    int columns = TileGrid.ceilDiv(width, strips);
    int transposed = Math.min(layer.in().width(), (columns - 1) * stride + 3);
    int slid = PAIRED.stream().anyMatch(variant::endsWith) ? columns + (columns & 1) : columns;
    int pairs = TileGrid.ceilDiv(height, 2);
    int units = fours * strips * pairs;
    double most = 0;
    for (int core = 0; core < cores; core++) {
      int first = core * units / cores;
      int count = (core + 1) * units / cores - first;
      int begun = Math.min(count, (pairs - first % pairs) % pairs);
      int rest = count - begun;
      int transposes =
          stride == 2 ? count : half(begun) + rest / pairs * half(pairs) + half(rest % pairs);
      double cycles =
          count * (constants[2] + slid * constants[3] + (slid - columns) * constants[4])
              + (double) transposes * transposed * (stride == 2 ? TRANSPOSE_2 : TRANSPOSE_1);
      most = Math.max(most, cycles);
    }
    return most;
  }

  private static int half(int count) {
    return (count + 1) / 2;
  }

  /** Units of a fixed cost and a cost for each of {@code steps}. */
  private double line(int units, int steps) {
    return units * (constants[2] + steps * constants[3]);
  }

  private double convolution(int pixels, int fours, int taps) {
    int channels = layer.in().channels() / layer.spec().groups();
    int quads = TileGrid.ceilDiv(pixels, BLOCK);
    int units = share(quads * fours);
    int quadsOfCore = Math.min(quads, TileGrid.ceilDiv(units, fours) + 1);
    if (gathers) {
      int words = TileGrid.ceilDiv(taps * channels, BLOCK);
      return units * (constants[2] + constants[3] * words)
          + quadsOfCore * (constants[5] + constants[6] * BLOCK * words);
    }
    int steps = taps * TileGrid.ceilDiv(channels, BLOCK);
    boolean merged = channels % BLOCK == 0 && layer.window().dilationWidth() == 1;
    int segments = merged ? layer.window().kernelHeight() : taps;
    return units * (constants[2] + constants[3] * steps + constants[4] * segments)
        + quadsOfCore * (constants[5] + constants[6] * taps);
  }

  private static boolean isSquareOfThree(Window window) {
    return window.kernelHeight() == 3
        && window.kernelWidth() == 3
        && window.strideHeight() == window.strideWidth()
        && window.strideHeight() <= 2
        && window.dilationHeight() == 1
        && window.dilationWidth() == 1;
  }

  /** Units of the core that has most of them. */
  private int share(int units) {
    return TileGrid.ceilDiv(units, cores);
  }
}
