package dev.marlin.kernels;

/**
 * Sizes of one tile in L1, in elements.
 *
 * @param inHeight rows of the input tile
 * @param inWidth columns of the input tile
 * @param inChannels channels of the input tile
 * @param outHeight rows of the output tile
 * @param outWidth columns of the output tile
 * @param outChannels channels of the output tile
 */
public record TileShape(
    int inHeight, int inWidth, int inChannels, int outHeight, int outWidth, int outChannels) {}
