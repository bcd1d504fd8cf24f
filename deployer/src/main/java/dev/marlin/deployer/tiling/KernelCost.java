package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.LayerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Predicted cycles of the kernels: straight lines in the counts of their loops. The constants are
 * the data file {@code cycles.properties}.
 */
final class KernelCost {
  private static final String FILE = "cycles.properties";

  /** Pixels, channels and inputs that the inner loops take at once. */
  private static final int BLOCK = 4;

  /** Columns of a strip of the depthwise kernel. */
  private static final int STRIP = 32;

  private final Map<String, Double> constants;
  private final int cores;

  private KernelCost(Map<String, Double> constants, int cores) {
    this.constants = constants;
    this.cores = cores;
  }

  /** The constants that ship, for a cluster of {@code cores}. */
  static KernelCost load(int cores) {
    Properties properties = new Properties();
    try (InputStream in = KernelCost.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("resource " + FILE + " is missing from the deployer");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new KernelCost(
        properties.stringPropertyNames().stream()
            .collect(
                Collectors.toMap(
                    name -> name, name -> Double.parseDouble(properties.getProperty(name)))),
        cores);
  }

  /** Cycles between two tiles that no core computes. */
  double overhead() {
    return get("tile.overhead");
  }

  /** Cycles of a tile behind its transfers, if these take longer than the kernel. */
  double transferOverhead() {
    return get("transfer.overhead");
  }

  /** Cycles of a layer outside its tiles. */
  double layerOverhead() {
    return get("layer.overhead");
  }

  /** Cycles of one tile of {@code height} x {@code width} x {@code channels} output elements. */
  double cycles(KernelLayer layer, int height, int width, int channels) {
    int pixels = height * width;
    int fours = TileGrid.ceilDiv(channels, BLOCK);
    Window window = layer.window();
    int taps = window.kernelHeight() * window.kernelWidth();
    return switch (layer.spec().operation()) {
      case CONVOLUTION -> convolution(layer, pixels, fours, taps);
      case DEPTHWISE -> depthwise(layer, height, width, fours, taps);
      case FULLY_CONNECTED ->
          get("connected.tile")
              + share(TileGrid.ceilDiv(layer.in().channels(), BLOCK) * fours)
                  * get("connected.step")
              + share(fours) * get("connected.block");
      case MAX_POOLING ->
          get("maximum.tile")
              + share(pixels * fours) * (get("maximum.unit") + taps * get("maximum.tap"));
      case AVERAGE_POOLING ->
          get("average.tile")
              + share(pixels * fours) * (get("average.unit") + taps * get("average.tap"));
      case ADDITION ->
          get("addition.tile")
              + share(TileGrid.ceilDiv(pixels * channels, BLOCK)) * get("addition.word");
      // Both read and write every byte once; the addition computes as well, so this is an upper
      // bound.
      case CONCATENATION ->
          get("addition.tile")
              + share(TileGrid.ceilDiv(pixels * channels, BLOCK)) * get("addition.word");
      case TABLE_ADDITION ->
          get("addition.tile")
              + share(TileGrid.ceilDiv(pixels * channels, BLOCK)) * get("addition.tableWord");
    };
  }

  private double depthwise(KernelLayer layer, int height, int width, int fours, int taps) {
    if (!isSquareOfThree(layer.window())) {
      return get("depthwise.tile")
          + share(height * width * fours)
              * (get("depthwise.unit")
                  + taps * get("depthwise.tap")
                  + requantization(layer, "depthwise"));
    }
    String column =
        layer.window().strideWidth() == 1 ? "depthwise3x3.column1" : "depthwise3x3.column2";
    return get("depthwise3x3.tile")
        + share(fours * TileGrid.ceilDiv(height, 2) * TileGrid.ceilDiv(width, STRIP))
            * (get("depthwise3x3.unit")
                + Math.min(width, STRIP) * (get(column) + requantization(layer, "depthwise3x3")));
  }

  /** What a unit costs beside the plain case: 32 bits and a shift. */
  private double requantization(KernelLayer layer, String kernel) {
    LayerSpec spec = layer.spec();
    if (spec.outBytes() == 4) {
      return 0;
    }
    return spec.requantizationBits() == 64
        ? get(kernel + ".wide")
        : spec.exactDivision() ? get(kernel + ".divided") : 0;
  }

  /** With a table of addresses, or with gathered inputs where that takes fewer cycles. */
  private double convolution(KernelLayer layer, int pixels, int fours, int taps) {
    int channels = layer.in().channels() / layer.spec().groups();
    int quads = TileGrid.ceilDiv(pixels, BLOCK);
    int units = share(quads * fours);
    int quadsOfCore = Math.min(quads, TileGrid.ceilDiv(units, fours) + 1);
    int tapSteps = TileGrid.ceilDiv(channels, BLOCK);
    boolean merged = channels % BLOCK == 0 && layer.window().dilationWidth() == 1;
    double unit = get("convolution.unit") + requantization(layer, "convolution");
    double table =
        units
                * (unit
                    + get("convolution.step") * taps * tapSteps
                    + get("convolution.segment") * (merged ? layer.window().kernelHeight() : taps))
            + quadsOfCore * (get("convolution.quad") + taps * get("convolution.quadTap"));
    int words = TileGrid.ceilDiv(taps * channels, BLOCK);
    double gathered =
        units * (unit + get("convolution.gatherUnit") + get("convolution.step") * words)
            + quadsOfCore
                * (get("convolution.quad") + get("convolution.gatherWord") * BLOCK * words);
    boolean mayGather = layer.spec().groups() == 1 && channels % BLOCK != 0;
    return get("convolution.tile") + (mayGather ? Math.min(table, gathered) : table);
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

  private double get(String name) {
    Double value = constants.get(name);
    if (value == null) {
      throw new IllegalStateException("constant " + name + " is missing from " + FILE);
    }
    return value;
  }
}
