package dev.marlin.deployer.lowering;

import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.LayerConstants;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A layer of the network with the kernel that runs it.
 *
 * @param layer as the network states it
 * @param spec as the kernel sees it
 * @param kernel runs every tile
 * @param in shape of each input as the kernel sees it (HWC); a fully connected layer's is 1 x 1 x
 *     elements
 * @param out shape of the output
 * @param window kernel, strides, dilation and padding
 * @param scaling what {@code geometry_t} says of the requantization
 * @param constants weights, multipliers and offsets, or null if the layer has none
 */
public record KernelLayer(
    Layer layer,
    LayerSpec spec,
    Kernel kernel,
    Shape in,
    Shape out,
    Window window,
    Scaling scaling,
    @Nullable LayerConstants constants) {

  public String name() {
    return layer.name();
  }

  /** Inputs of the same shape: 2 for an addition, else 1. */
  public int inputs() {
    return layer.inputs().size();
  }

  public boolean hasConstants() {
    return constants != null;
  }

  /** The byte that stands for 0 in the input: what a convolution sees in the padding. */
  public int zero() {
    return layer.inputs().get(0).type().zero();
  }

  /** Whether the constants are the same for all output channels. */
  public boolean sharesConstants() {
    return kernel.sharesConstants();
  }

  /** Whether the layer has weights, one or more for each output channel. */
  public boolean hasWeights() {
    return hasConstants() && !sharesConstants();
  }

  /** Whether output channel c is made of input channel c alone. */
  public boolean isChannelwise() {
    return switch (spec.operation()) {
      case DEPTHWISE, MAX_POOLING, AVERAGE_POOLING, ADDITION, TABLE_ADDITION -> true;
      case CONVOLUTION, FULLY_CONNECTED -> false;
    };
  }

  /**
   * Whether all output channels must be computed together: a kernel of a grouped convolution finds
   * its groups by counting channels from the first.
   */
  public boolean needsAllChannels() {
    return spec.operation() == Operation.CONVOLUTION && spec.groups() > 1;
  }

  /**
   * Bytes of the packed constants of {@code channels} output channels that are cut into tiles of
   * {@code tileChannels}; the last tile may be smaller. Shared constants are there once.
   */
  public int constantsBytes(int channels, int tileChannels) {
    if (!hasConstants()) {
      return 0;
    }
    if (kernel.sharesConstants()) {
      return kernel.constantsBytes(spec, channels);
    }
    int rest = channels % tileChannels;
    return Math.addExact(
        Math.multiplyExact(channels / tileChannels, kernel.constantsBytes(spec, tileChannels)),
        rest == 0 ? 0 : kernel.constantsBytes(spec, rest));
  }

  /** Rows of input that {@code rows} rows of output need where no border crops them. */
  public int inputRows(int rows) {
    return Math.min(
        in.height(),
        (rows - 1) * window.strideHeight()
            + (window.kernelHeight() - 1) * window.dilationHeight()
            + 1);
  }

  /** Columns of input that {@code columns} columns of output need where no border crops them. */
  public int inputColumns(int columns) {
    return Math.min(
        in.width(),
        (columns - 1) * window.strideWidth()
            + (window.kernelWidth() - 1) * window.dilationWidth()
            + 1);
  }

  /** First input row that output row {@code row} needs; never above the input. */
  public int firstInputRow(int row) {
    return Math.max(0, row * window.strideHeight() - window.padTop());
  }

  /** The row behind the last input row that the output rows before {@code endRow} need. */
  public int endInputRow(int endRow) {
    int last =
        (endRow - 1) * window.strideHeight()
            - window.padTop()
            + (window.kernelHeight() - 1) * window.dilationHeight();
    return Math.max(0, Math.min(in.height(), last + 1));
  }
}
