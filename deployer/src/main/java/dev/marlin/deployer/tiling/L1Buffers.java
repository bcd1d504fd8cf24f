package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.kernels.TileShape;
import dev.marlin.kernels.WorkingMemory;

/**
 * The buffers of one layer in L1: sizes in bytes and how many of each.
 *
 * @param in one buffer of an input tile
 * @param inputs 2 for an addition, else 1
 * @param inCopies 2 if the input is double buffered
 * @param constants one buffer of a channel tile's constants; 0 if there are none
 * @param constantsCopies 2 if the constants are double buffered
 * @param out one buffer of an output tile
 * @param outCopies 2 if the output is double buffered
 * @param scratch working memory of the kernel
 * @param coreScratch the part of it that belongs to each core
 * @param sums 32-bit sums between the steps of a tile; 0 if there are none
 */
public record L1Buffers(
    int in,
    int inputs,
    int inCopies,
    int constants,
    int constantsCopies,
    int out,
    int outCopies,
    int scratch,
    int coreScratch,
    int sums) {

  /** {@code TILE_SLACK} of {@code tile.h}: bytes behind every buffer that word loads may touch. */
  public static final int SLACK = 8;

  private static final int ALIGNMENT = 4;

  /**
   * The buffers of {@code layer}. If transfers overlap the computation, an operand is double
   * buffered unless all tiles share it.
   */
  public static L1Buffers of(KernelLayer layer, L2Tiling l2, L1Tiling l1, int cores) {
    Shared shared = Shared.of(layer, TileGrid.of(layer, l2, l1), l1);
    return of(layer, l1, cores, shared.in(), shared.constants(), shared.out());
  }

  /** Which operands all tiles share, so that one buffer is enough. */
  record Shared(boolean in, boolean constants, boolean out) {
    static Shared of(KernelLayer layer, TileGrid grid, L1Tiling l1) {
      boolean one = grid.isSingleSpatial() && grid.isSingleChannel();
      return new Shared(
          !l1.isDeep() && (layer.isChannelwise() ? one : grid.isSingleSpatial()),
          layer.sharesConstants() || (!l1.isDeep() && grid.isSingleChannel()),
          one);
    }
  }

  static L1Buffers of(
      KernelLayer layer,
      L1Tiling l1,
      int cores,
      boolean inShared,
      boolean constantsShared,
      boolean one) {
    TileShape tile = tileShape(layer, l1);
    WorkingMemory scratch = layer.workingMemory(tile, l1.depth());
    return new L1Buffers(
        tile.inHeight() * tile.inWidth() * tile.inChannels(),
        layer.inputs(),
        l1.overlap() && !inShared ? 2 : 1,
        layer.tileConstantsBytes(l1.channels(), l1.depth()),
        l1.overlap() && !constantsShared ? 2 : 1,
        tile.outHeight() * tile.outWidth() * tile.outChannels() * layer.spec().outBytes(),
        l1.overlap() && !one ? 2 : 1,
        scratch.bytes(cores),
        scratch.coreBytes(),
        layer.sumsBytes(tile.outHeight() * tile.outWidth() * tile.outChannels(), l1.depth()));
  }

  /** The largest tile of {@code l1}: no border crops it. */
  public static TileShape tileShape(KernelLayer layer, L1Tiling l1) {
    return new TileShape(
        layer.inputRows(l1.height()),
        layer.inputColumns(l1.width()),
        layer.isChannelwise() ? l1.channels() : l1.isDeep() ? l1.depth() : layer.in().channels(),
        l1.height(),
        l1.width(),
        l1.channels());
  }

  /** Bytes of L1 that a buffer of {@code bytes} takes: aligned, with the slack behind it. */
  public static int padded(int bytes) {
    return bytes == 0 ? 0 : (bytes + SLACK + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Bytes of L1 in all. */
  public int total() {
    return inputs * inCopies * padded(in)
        + constantsCopies * padded(constants)
        + outCopies * padded(out)
        + padded(scratch)
        + padded(sums);
  }
}
