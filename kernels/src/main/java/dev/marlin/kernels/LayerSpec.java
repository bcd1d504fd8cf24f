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
    boolean exactDivision) {}
