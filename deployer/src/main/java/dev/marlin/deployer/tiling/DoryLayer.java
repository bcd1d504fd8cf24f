package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.kernels.Operation;
import java.util.Optional;

/**
 * A layer with the sizes that DORY's formulas are made of; or, after {@link #piece}, the part of it
 * that lies in L2 at a time.
 *
 * @param name of the layer
 * @param operation what is computed
 * @param inputs 2 for an addition, else 1
 * @param ci input channels
 * @param hi input rows
 * @param wi input columns
 * @param co output channels
 * @param ho output rows
 * @param wo output columns
 * @param kh rows of the kernel, from its first tap to its last
 * @param kw columns of the kernel
 * @param sh rows between windows
 * @param sw columns between windows
 * @param taps of the kernel, each a weight
 * @param padTop rows of zeros above
 * @param padLeft columns of zeros at the left
 * @param padBottom rows of zeros below
 * @param padRight columns of zeros at the right
 * @param outBytes of an output element
 * @param constantBytes of the requantization of a channel: multiplier and offset
 * @param biasBytes of the bias of a channel
 */
record DoryLayer(
    String name,
    Operation operation,
    int inputs,
    int ci,
    int hi,
    int wi,
    int co,
    int ho,
    int wo,
    int kh,
    int kw,
    int sh,
    int sw,
    int taps,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    int outBytes,
    int constantBytes,
    int biasBytes) {

  /** What DORY would read in {@code layer}, {@code bits} wide requantization constants included. */
  static DoryLayer of(KernelLayer layer, int bits) {
    var window = layer.window();
    return new DoryLayer(
        layer.name(),
        layer.spec().operation(),
        layer.inputs(),
        layer.in().channels(),
        layer.in().height(),
        layer.in().width(),
        layer.out().channels(),
        layer.out().height(),
        layer.out().width(),
        (window.kernelHeight() - 1) * window.dilationHeight() + 1,
        (window.kernelWidth() - 1) * window.dilationWidth() + 1,
        window.strideHeight(),
        window.strideWidth(),
        window.kernelHeight() * window.kernelWidth(),
        window.padTop(),
        window.padLeft(),
        window.padBottom(),
        window.padRight(),
        layer.spec().outBytes(),
        isScaledByChannel(layer.layer()) ? 2 * bits / 8 : 0,
        hasOnlyBias(layer.layer()) ? 4 : 0);
  }

  private static boolean isScaledByChannel(Layer layer) {
    Optional<Requantization> scaling = Optional.empty();
    if (layer instanceof Convolution convolution) {
      scaling = convolution.requantization();
    } else if (layer instanceof FullyConnected connected) {
      scaling = connected.requantization();
    }
    return scaling.isPresent() && scaling.get().multiplier().length > 1;
  }

  /** Biases beside a requantization are folded into its offsets. */
  private static boolean hasOnlyBias(Layer layer) {
    return layer instanceof FullyConnected connected
        && connected.requantization().isEmpty()
        && connected.bias().length > 0;
  }

  boolean isDepthwise() {
    return operation == Operation.DEPTHWISE;
  }

  boolean isConnected() {
    return operation == Operation.FULLY_CONNECTED;
  }

  boolean isAddition() {
    return inputs == 2;
  }

  /** Convolutions of any kind and fully connected layers. */
  boolean hasWeights() {
    return isDepthwise() || isConnected() || operation == Operation.CONVOLUTION;
  }

  /** Weights of one output channel, in bytes. */
  int weightBytes() {
    if (!hasWeights()) {
      return 0;
    }
    return isDepthwise() ? taps : taps * ci;
  }

  /** What a change of layer size leaves of padding above and below: borders are whole layers'. */
  int padHeight() {
    return padTop + padBottom;
  }

  int padWidth() {
    return padLeft + padRight;
  }

  /**
   * The part of this layer that lies in L2, as DORY hands it on to its next step.
   *
   * @param cut by which it is a part
   */
  DoryLayer piece(DoryTiling.Piece cut) {
    if (!cut.inputCut() && !cut.outputCut() && cut.channels() == co) {
      return this;
    }
    boolean striped = cut.inputCut() || cut.outputCut();
    int rowsIn =
        cut.outputCut() && !cut.inputCut()
            ? Math.min(hi, cut.outRows() * sh + kh - 1 - (sh - 1))
            : cut.inRows();
    int rowsOut = cut.inputCut() ? (cut.inRows() - (kh - 1) + sh - 1) / sh : cut.outRows();
    return new DoryLayer(
        name,
        operation,
        inputs,
        isDepthwise() ? cut.channels() : ci,
        rowsIn,
        wi,
        cut.channels(),
        rowsOut,
        wo,
        kh,
        kw,
        sh,
        sw,
        taps,
        striped ? 0 : padTop,
        padLeft,
        striped ? 0 : padBottom,
        padRight,
        outBytes,
        constantBytes,
        biasBytes);
  }

  /** Output of {@code in} rows or columns if the strides come out even, else 0. */
  static int exactOutput(int in, int kernel, int stride, int pad) {
    int reach = in - kernel + stride + pad;
    return reach > 0 && reach % stride == 0 ? reach / stride : 0;
  }
}
