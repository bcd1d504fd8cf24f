package dev.marlin.kernels;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernels of a layer whose input channels come in steps, because all of them do not fit L1.
 * {@link #first} writes 32-bit sums, {@link #accumulate} adds those of each further step, {@link
 * #finish} makes outputs of them. The constants of a tile follow each other in that order.
 *
 * <p>A step is a dense convolution of {@code depth} input channels; steps of a grouped convolution
 * see the channels of one group, so that the output channels of a tile must be of the same group.
 */
public final class StepKernels {

  private final LayerSpec layer;
  private final Kernel first;
  private final Kernel accumulate;
  private final Optional<Kernel> finish;

  private StepKernels(LayerSpec layer, Kernel first, Kernel accumulate, Optional<Kernel> finish) {
    this.layer = layer;
    this.first = first;
    this.accumulate = accumulate;
    this.finish = finish;
  }

  /** The kernels for {@code layer}, a convolution or a fully connected layer. */
  static StepKernels of(LayerSpec layer) {
    boolean raw = layer.outBytes() == 4;
    Optional<Kernel> finish =
        raw ? Optional.empty() : Optional.of(new FinishKernel(layer.arithmetic().suffix()));
    if (layer.operation() == Operation.FULLY_CONNECTED) {
      return new StepKernels(
          layer, new FullyConnectedKernel("raw"), new FullyConnectedKernel("add"), finish);
    }
    boolean gathers = GatheringConvolutionKernel.isFaster(step(layer, groupChannels(layer)));
    return new StepKernels(
        layer,
        gathers ? new GatheringConvolutionKernel("raw") : new ConvolutionKernel("raw"),
        gathers ? new GatheringConvolutionKernel("add") : new ConvolutionKernel("add"),
        finish);
  }

  /** Runs the first step: {@code out} holds 32-bit sums behind it. */
  public Kernel first() {
    return first;
  }

  /** Runs every other step: adds to {@code out}. */
  public Kernel accumulate() {
    return accumulate;
  }

  /** From sums to outputs; empty if the sums are the output. */
  public Optional<Kernel> finish() {
    return finish;
  }

  /** All of them. */
  public List<Kernel> all() {
    Set<Kernel> kernels = new LinkedHashSet<>(List.of(first, accumulate));
    finish.ifPresent(kernels::add);
    return List.copyOf(kernels);
  }

  /** Input channels that an output channel sees. */
  private static int groupChannels(LayerSpec layer) {
    return layer.inChannels() / layer.groups();
  }

  /** A step as a layer of its own. */
  private static LayerSpec step(LayerSpec layer, int channels) {
    return new LayerSpec(
        layer.operation(),
        channels,
        layer.outChannels(),
        layer.kernelHeight(),
        layer.kernelWidth(),
        layer.strideHeight(),
        layer.strideWidth(),
        layer.dilationHeight(),
        layer.dilationWidth(),
        1,
        layer.padded(),
        4,
        32,
        false);
  }

  /** Steps of {@code depth} input channels. */
  public int steps(int depth) {
    return (groupChannels(layer) + depth - 1) / depth;
  }

  private int lastDepth(int depth) {
    return groupChannels(layer) - (steps(depth) - 1) * depth;
  }

  /** Bytes of the constants of {@code channels} output channels in a step that is not the last. */
  public int stepBytes(int depth, int channels) {
    return first.constantsBytes(step(layer, depth), channels);
  }

  /** The same of the last step, which may have fewer input channels. */
  public int lastStepBytes(int depth, int channels) {
    return first.constantsBytes(step(layer, lastDepth(depth)), channels);
  }

  /** The same of {@link #finish}. */
  public int finishBytes(int channels) {
    return finish.map(kernel -> kernel.constantsBytes(layer, channels)).orElse(0);
  }

  /** Bytes of the constants of a tile of {@code channels} output channels. */
  public int constantsBytes(int depth, int channels) {
    int whole = Math.multiplyExact(steps(depth) - 1, stepBytes(depth, channels));
    return Math.addExact(whole, lastStepBytes(depth, channels) + finishBytes(channels));
  }

  /** Bytes of the constants that a tile has in L1 at once. */
  public int largestPiece(int depth, int channels) {
    int step = steps(depth) == 1 ? 0 : stepBytes(depth, channels);
    return Math.max(step, Math.max(lastStepBytes(depth, channels), finishBytes(channels)));
  }

  /** What every step needs of L1 for {@code tile}, whose input has {@code depth} channels. */
  public WorkingMemory workingMemory(int depth, TileShape tile) {
    return first.workingMemory(step(layer, depth), tile);
  }

  /**
   * Packs the constants of output channels {@code from .. from + channels - 1}.
   *
   * @return {@link #constantsBytes} bytes
   */
  public byte[] packConstants(LayerConstants constants, int depth, int from, int channels) {
    byte[] packed = new byte[constantsBytes(depth, channels)];
    int at = 0;
    for (int i = 0; i < steps(depth); i++) {
      int inputs = i + 1 < steps(depth) ? depth : lastDepth(depth);
      LayerConstants part = part(constants, i * depth, inputs, from, channels, i == 0);
      byte[] step = first.packConstants(step(layer, inputs), part, 0, channels);
      System.arraycopy(step, 0, packed, at, step.length);
      at += step.length;
    }
    if (finish.isPresent()) {
      byte[] last = finish.get().packConstants(layer, constants, from, channels);
      System.arraycopy(last, 0, packed, at, last.length);
    }
    return packed;
  }

  /** The weights of one step; the biases of a layer of raw sums belong to the first. */
  private LayerConstants part(
      LayerConstants constants, int input, int inputs, int from, int channels, boolean isFirst) {
    int group = groupChannels(layer);
    int taps = layer.kernelHeight() * layer.kernelWidth();
    byte[] weights = new byte[channels * taps * inputs];
    for (int row = 0; row < channels * taps; row++) {
      System.arraycopy(
          constants.weights(), (from * taps + row) * group + input, weights, row * inputs, inputs);
    }
    boolean biased = isFirst && finish.isEmpty();
    long[] offset =
        biased ? Arrays.copyOfRange(constants.offset(), from, from + channels) : new long[channels];
    return new LayerConstants(weights, null, offset);
  }
}
