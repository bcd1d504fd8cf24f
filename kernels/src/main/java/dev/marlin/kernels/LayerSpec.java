package dev.marlin.kernels;

/**
 * Everything about a layer that decides which kernel runs it and how its constants are laid out.
 *
 * @param operation what is computed
 * @param inChannels channels of the input
 * @param outChannels channels of the output
 * @param kernelHeight rows of the window, 1 or more
 * @param kernelWidth columns of the window, 1 or more
 * @param strideHeight rows between windows
 * @param strideWidth columns between windows
 * @param dilationHeight rows between taps, 1 for a dense window
 * @param dilationWidth columns between taps, 1 for a dense window
 * @param groups 1, or the groups of a grouped convolution
 * @param padded whether any tile of the layer sees zero padding
 * @param outBytes bytes of an output element: 1, or 4 for raw 32-bit sums
 * @param requantizationBits 32 if every intermediate of the requantization provably fits int32,
 *     else 64
 * @param exactDivision true if the requantization divides by a number that is no power of two
 * @param arithmetic how outputs are made of sums
 */
public record LayerSpec(
    Operation operation,
    int inChannels,
    int outChannels,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    int groups,
    boolean padded,
    int outBytes,
    int requantizationBits,
    boolean exactDivision,
    Arithmetic arithmetic) {

  /** The layer with the arithmetic that its output, bits and division ask for. */
  public LayerSpec(
      Operation operation,
      int inChannels,
      int outChannels,
      int kernelHeight,
      int kernelWidth,
      int strideHeight,
      int strideWidth,
      int dilationHeight,
      int dilationWidth,
      int groups,
      boolean padded,
      int outBytes,
      int requantizationBits,
      boolean exactDivision) {
    this(
        operation,
        inChannels,
        outChannels,
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        groups,
        padded,
        outBytes,
        requantizationBits,
        exactDivision,
        arithmetic(outBytes, requantizationBits, exactDivision));
  }

  private static Arithmetic arithmetic(int outBytes, int bits, boolean exact) {
    if (outBytes == 4) {
      return Arithmetic.RAW;
    }
    if (outBytes != 1 || (bits != 32 && bits != 64)) {
      throw new IllegalArgumentException(
          "no kernel writes outputs of " + outBytes + " bytes, requantized in " + bits + " bits");
    }
    return exact
        ? (bits == 32 ? Arithmetic.EXACT_32 : Arithmetic.EXACT_64)
        : (bits == 32 ? Arithmetic.SHIFT_32 : Arithmetic.SHIFT_64);
  }

  /** The same layer, requantized in another way. */
  public LayerSpec withArithmetic(Arithmetic other) {
    return new LayerSpec(
        operation,
        inChannels,
        outChannels,
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        groups,
        padded,
        outBytes,
        requantizationBits,
        exactDivision,
        other);
  }
}
