package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
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
    int taps = layer.window().kernelHeight() * layer.window().kernelWidth();
    int pixels = height * width;
    double share = TileGrid.ceilDiv(pixels, cores);
    double fours = TileGrid.ceilDiv(channels, 4);
    return switch (layer.spec().operation()) {
      case CONVOLUTION -> {
        int depth = taps * (layer.in().channels() / layer.spec().groups());
        boolean copies = taps > 1 || layer.window().strideHeight() > 1;
        yield get("convolution.tile")
            + Math.ceil(share / 2)
                * (get("convolution.pixelPair")
                    + (copies ? get("convolution.im2colByte") * 2 * depth : 0)
                    + fours
                        * (get("convolution.block")
                            + get("convolution.step") * TileGrid.ceilDiv(depth, 4)));
      }
      case DEPTHWISE ->
          get("depthwise.tile")
              + Math.min(
                      share * channels, (double) TileGrid.ceilDiv((int) fours, cores) * 4 * pixels)
                  * (get("depthwise.output") + get("depthwise.tap") * taps);
      case FULLY_CONNECTED ->
          get("connected.tile")
              + TileGrid.ceilDiv(channels, cores)
                  * (get("connected.output")
                      + get("connected.step") * TileGrid.ceilDiv(layer.in().channels(), 4));
      case MAX_POOLING, AVERAGE_POOLING ->
          get("pooling.tile")
              + Math.min(share * fours, (double) TileGrid.ceilDiv((int) fours, cores) * pixels)
                  * (get("pooling.output") + get("pooling.tap") * taps);
      case ADDITION ->
          get("addition.tile")
              + TileGrid.ceilDiv(pixels * channels, cores) * get("addition.element");
    };
  }

  private double get(String name) {
    Double value = constants.get(name);
    if (value == null) {
      throw new IllegalStateException("constant " + name + " is missing from " + FILE);
    }
    return value;
  }
}
