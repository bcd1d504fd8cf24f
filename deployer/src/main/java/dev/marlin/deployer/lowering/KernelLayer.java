package dev.marlin.deployer.lowering;

import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.LayerConstants;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.StepKernels;
import dev.marlin.kernels.TileShape;
import dev.marlin.kernels.WorkingMemory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A layer of the network with the kernel that runs it.
 *
 * @param layer as the network states it
 * @param spec as the kernel sees it
 * @param kernel runs every tile
 * @param in shape of each input as the kernel sees it (HWC); a fully connected layer's is 1 x 1 x
 *     elements; of a concatenation an upper bound, the shape of the output
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

  /** Channels of input {@code i}: those of {@link #in} but for a concatenation. */
  public int inputChannels(int i) {
    return spec.operation() == Operation.CONCATENATION
        ? layer.inputs().get(i).shape().channels()
        : in.channels();
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
      case DEPTHWISE, MAX_POOLING, AVERAGE_POOLING, ADDITION, TABLE_ADDITION, CONCATENATION -> true;
      case CONVOLUTION, FULLY_CONNECTED -> false;
    };
  }

  /** Input channels that an output channel sees. */
  public int groupInputs() {
    return isChannelwise() ? 1 : in.channels() / spec.groups();
  }

  /** Output channels that see the same input channels; all of them if there is one group. */
  public int groupOutputs() {
    return isChannelwise() ? 1 : out.channels() / spec.groups();
  }

  /** The kernels that compute the layer in steps of input channels, if there are any. */
  public Optional<StepKernels> steps() {
    return kernel.steps(spec);
  }

  private StepKernels requireSteps() {
    return steps()
        .orElseThrow(
            () -> new IllegalArgumentException(name() + " has no steps of input channels"));
  }

  /**
   * The kernels that the layer runs.
   *
   * @param depth input channels of a step, or 0 for all at once
   */
  public List<Kernel> kernels(int depth) {
    return depth == 0 ? List.of(kernel) : requireSteps().all();
  }

  /**
   * Bytes of the packed constants of {@code channels} output channels that are cut into tiles of
   * {@code tileChannels}, computed in steps of {@code depth} input channels (0: all at once).
   */
  public int constantsBytes(int channels, int tileChannels, int depth) {
    if (depth == 0) {
      return constantsBytes(channels, tileChannels);
    }
    int rest = channels % tileChannels;
    StepKernels steps = requireSteps();
    return Math.addExact(
        Math.multiplyExact(channels / tileChannels, steps.constantsBytes(depth, tileChannels)),
        rest == 0 ? 0 : steps.constantsBytes(depth, rest));
  }

  /** Bytes of constants that a tile of {@code channels} output channels has in L1 at once. */
  public int tileConstantsBytes(int channels, int depth) {
    if (!hasConstants()) {
      return 0;
    }
    return depth == 0
        ? kernel.constantsBytes(spec, channels)
        : requireSteps().largestPiece(depth, channels);
  }

  /** Bytes of L1 for 32-bit sums between the steps of a tile; 0 if the output holds them. */
  public int sumsBytes(int elements, int depth) {
    return depth == 0 || requireSteps().finish().isEmpty() ? 0 : Math.multiplyExact(4, elements);
  }

  /** Working memory for a tile, whose input has {@code depth} channels if it is cut. */
  public WorkingMemory workingMemory(TileShape tile, int depth) {
    return depth == 0
        ? kernel.workingMemory(spec, tile)
        : requireSteps().workingMemory(depth, tile);
  }

  /** The packed constants of the tile of output channels {@code first .. first + channels - 1}. */
  public byte[] packConstants(int first, int channels, int depth) {
    LayerConstants all = Objects.requireNonNull(constants);
    byte[] packed =
        depth == 0
            ? kernel.packConstants(spec, all, first, channels)
            : requireSteps().packConstants(all, depth, first, channels);
    int expected = constantsBytes(channels, channels, depth);
    if (packed.length != expected) {
      throw new IllegalStateException(
          String.format(
              "kernel %s packed %d bytes, announced %d",
              kernel.function(), packed.length, expected));
    }
    return packed;
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
