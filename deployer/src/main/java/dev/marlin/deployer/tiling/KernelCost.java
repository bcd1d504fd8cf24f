package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
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
    file = layer.kernel().file().replaceAll("\\.c$", "");
    String function = layer.kernel().function();
    variant =
        function.startsWith(file) ? function.substring(file.length()).replaceAll("^_", "") : "";
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
      }
      case FULLY_CONNECTED -> {
        name("unit", variant);
        name("step", "");
      }
      case MAX_POOLING, AVERAGE_POOLING -> {
        name("unit", variant);
        name("tap", "");
      }
      default -> name("unit", variant);
    }
    name("contention", "");
    constants = new double[names.size()];
    for (int i = 0; i < constants.length; i++) {
      String[] parts = names.get(i).split("\\.", 3);
      constants[i] = all.get(parts[0], parts[1], parts.length > 2 ? parts[2] : "", fallback);
    }
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
            int strip = STRIP / layer.window().strideWidth();
            int pairs = fours * TileGrid.ceilDiv(height, 2);
            int strips = share(pairs * TileGrid.ceilDiv(width, strip));
            int columns = Math.max(share(pairs * width), Math.min(width, strip));
            yield strips * constants[2] + columns * constants[3];
          }
          case FULLY_CONNECTED ->
              share(fours) * constants[2]
                  + share(TileGrid.ceilDiv(layer.in().channels(), BLOCK) * fours) * constants[3];
          case MAX_POOLING, AVERAGE_POOLING -> line(share(pixels * fours), taps);
          default -> share(TileGrid.ceilDiv(pixels * channels, BLOCK)) * constants[2];
        };
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
