package dev.marlin.explorer.benchmark;

import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.TileShape;
import java.util.Locale;

/**
 * One line of the benchmark: a kernel and a tile of natural size.
 *
 * @param name what the line is called
 * @param layer the layer, which decides the kernel
 * @param tile sizes of the tile, which is the whole layer
 * @param padTop rows of zeros above the input
 * @param padLeft columns of zeros before the input
 * @param unit what is counted
 * @param bound units a cycle that 8 cores reach in the kernel's inner loop alone, as the head
 *     comment of its C file states
 * @param target units a cycle that 8 cores are to reach; 0 if none is set
 */
public record KernelCase(
    String name,
    LayerSpec layer,
    TileShape tile,
    int padTop,
    int padLeft,
    Unit unit,
    double bound,
    double target) {

  /** What a kernel is measured by. */
  public enum Unit {
    /** Multiply-accumulates of the layer as a network counts them, zero padding included. */
    MAC("MAC"),
    OUTPUTS("out"),
    INPUTS("in");

    private final String text;

    Unit(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** Units of the tile. */
  public long work() {
    long outputs = (long) tile.outHeight() * tile.outWidth() * tile.outChannels();
    long inputs = (long) tile.inHeight() * tile.inWidth() * tile.inChannels();
    return switch (unit) {
      case OUTPUTS -> outputs;
      case INPUTS -> inputs;
      case MAC -> outputs * inputsOfAnOutput();
    };
  }

  /** Inputs that an output is made of. */
  int inputsOfAnOutput() {
    int taps = layer.kernelHeight() * layer.kernelWidth();
    return layer.operation() == Operation.DEPTHWISE
        ? taps
        : taps * layer.inChannels() / layer.groups();
  }

  /** Whether the layer has weights. */
  boolean isWeighted() {
    return switch (layer.operation()) {
      case CONVOLUTION, DEPTHWISE, FULLY_CONNECTED -> true;
      default -> false;
    };
  }

  /** Input and output sizes, {@code height x width x channels}. */
  public String shape() {
    return String.format(
        Locale.ROOT,
        "%dx%dx%d -> %dx%dx%d",
        tile.inHeight(),
        tile.inWidth(),
        tile.inChannels(),
        tile.outHeight(),
        tile.outWidth(),
        tile.outChannels());
  }
}
