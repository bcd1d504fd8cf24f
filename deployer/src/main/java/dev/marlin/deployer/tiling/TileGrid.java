package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;

/**
 * How many pieces a tiling makes of a layer. Stripes and slices are cut first, each of them into
 * tiles; the last piece of a row of pieces may be smaller.
 *
 * @param stripes of rows
 * @param slices of channels
 * @param rows tiles of a whole stripe, downwards
 * @param columns tiles, sideways
 * @param channels tiles of a whole slice
 */
public record TileGrid(int stripes, int slices, int rows, int columns, int channels) {

  /** The pieces that {@code l2} and {@code l1} make of {@code layer}. */
  public static TileGrid of(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
    return new TileGrid(
        ceilDiv(layer.out().height(), l2.stripeHeight()),
        ceilDiv(layer.out().channels(), l2.sliceChannels()),
        ceilDiv(l2.stripeHeight(), l1.height()),
        ceilDiv(layer.out().width(), l1.width()),
        ceilDiv(l2.sliceChannels(), l1.channels()));
  }

  /** Number of L1 tiles of {@code layer}. */
  public static int tiles(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
    int rows = pieces(layer.out().height(), l2.stripeHeight(), l1.height());
    int channels = pieces(layer.out().channels(), l2.sliceChannels(), l1.channels());
    return rows * ceilDiv(layer.out().width(), l1.width()) * channels;
  }

  private static int pieces(int whole, int outer, int inner) {
    int rest = whole % outer;
    return whole / outer * ceilDiv(outer, inner) + ceilDiv(rest, inner);
  }

  /** Whether one spatial tile is the whole layer. */
  public boolean isSingleSpatial() {
    return stripes == 1 && rows == 1 && columns == 1;
  }

  /** Whether one channel tile is the whole layer. */
  public boolean isSingleChannel() {
    return slices == 1 && channels == 1;
  }

  static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }
}
