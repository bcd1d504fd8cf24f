package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;

/**
 * Predicted cycles of one stripe and slice of a layer, all of whose operands are in L2: what {@link
 * RuntimeTimeline} finds by walking, as a sum, for the thousands of tiles that are tried.
 *
 * <p>A tile takes the longer of its kernel and its transfers if they overlap, their sum if not. The
 * first tile of a layer, whose code is not in the cache, waits for what the DMA has booked of the
 * way to L2, which is twice what it takes. Tiles at the borders are smaller, so up to eight kinds
 * of tile are counted. The operand that stays is loaded once, the other again for every tile of it;
 * an operand of at most two tiles stays in its two buffers in either order.
 */
final class RegionCost {
  private final KernelLayer layer;
  private final TileCost tiles;
  private final KernelCost kernel;
  private final FabricCost fabric;
  private final double computeWeight;
  private final double transferWeight;
  private final double overheadWeight;

  /** What the cycles of each cause count in the objective; 1 is the prediction. */
  record Weights(double compute, double transfer, double overhead) {
    static final Weights PREDICTION = new Weights(1, 1, 1);
  }

  RegionCost(KernelLayer layer, TileCost tiles, Weights weights) {
    this.layer = layer;
    this.tiles = tiles;
    this.kernel = tiles.kernel();
    this.fabric = tiles.fabric();
    this.computeWeight = weights.compute();
    this.transferWeight = weights.transfer();
    this.overheadWeight = weights.overhead();
  }

  /** Cycles of {@code rows} x all columns x {@code channels} output elements. */
  double cycles(int rows, int channels, L1Tiling tile) {
    int columns = layer.out().width();
    int spatialTiles =
        TileGrid.ceilDiv(rows, tile.height()) * TileGrid.ceilDiv(columns, tile.width());
    int channelTiles = TileGrid.ceilDiv(channels, tile.channels());
    int copies = tile.overlap() ? 2 : 1;
    boolean inputReloaded =
        layer.isChannelwise()
            || (tile.order() == LoopOrder.CONSTANTS_STAY && spatialTiles > copies);
    boolean constantsReloaded = tile.order() == LoopOrder.INPUT_STAYS && channelTiles > copies;

    double sum = 0;
    for (int hi = 0; hi < 2; hi++) {
      int h = hi == 0 ? tile.height() : rows % tile.height();
      int nh = hi == 0 ? rows / tile.height() : 1;
      for (int wi = 0; wi < 2; wi++) {
        int w = wi == 0 ? tile.width() : columns % tile.width();
        int nw = wi == 0 ? columns / tile.width() : 1;
        for (int ci = 0; ci < 2; ci++) {
          int c = ci == 0 ? tile.channels() : channels % tile.channels();
          int nc = ci == 0 ? channels / tile.channels() : 1;
          if (h * w * c == 0) {
            continue;
          }
          int spatial = nh * nw;
          int inputLoads = inputReloaded ? spatial * nc : ci == 0 ? spatial : 0;
          int constantsLoads = constantsReloaded ? spatial * nc : hi + wi == 0 ? nc : 0;
          sum +=
              kind(h, w, c, spatial * nc, inputLoads, constantsLoads, tile.depth(), tile.overlap());
        }
      }
    }
    return sum;
  }

  /**
   * Cycles of the layer outside its tiles; with overlap also its first loads and last store, and
   * what its preparation takes longer than the last tile of the layer before, if that is like its
   * own.
   */
  double edges(L1Tiling tile) {
    double fixed = overheadWeight * (kernel.layerCycles() + fabric.begin() + fabric.complete());
    if (!tile.overlap()) {
      return fixed;
    }
    double last = kernel.cycles(tile.height(), tile.width(), tile.channels());
    return fixed
        + overheadWeight * Math.max(0, fabric.prepare() + fabric.describe() - last)
        + weighed(firstLoads(tile))
        + transferWeight * firstLoads(tile).cycles()
        + transferWeight * kernel.cold() * nextLoads(tile).cycles()
        + weighed(tiles.output(tile.height(), tile.width(), tile.channels()));
  }

  private TileCost.Move firstLoads(L1Tiling tile) {
    return tiles
        .inputOf(tile.height(), tile.width(), tile.channels())
        .plus(tiles.constants(tile.channels()));
  }

  /** What is loaded while the first tile is computed, whose code waits behind it. */
  private TileCost.Move nextLoads(L1Tiling tile) {
    boolean channels = layer.out().channels() > tile.channels();
    boolean space = layer.out().height() > tile.height() || layer.out().width() > tile.width();
    boolean constantsNext = channels && (!space || tile.order() == LoopOrder.INPUT_STAYS);
    if (constantsNext && !layer.isChannelwise()) {
      return tiles.constants(tile.channels());
    }
    TileCost.Move input =
        space || channels
            ? tiles.inputOf(tile.height(), tile.width(), tile.channels())
            : TileCost.Move.NONE;
    return constantsNext ? input.plus(tiles.constants(tile.channels())) : input;
  }

  private double weighed(TileCost.Move move) {
    return overheadWeight * move.commands() + transferWeight * move.cycles();
  }

  /** Cycles of {@code count} tiles of the same size, some of which load an operand. */
  private double kind(
      int h,
      int w,
      int c,
      int count,
      int inputLoads,
      int constantsLoads,
      int depth,
      boolean overlap) {
    if (depth > 0) {
      return deep(h, w, c, count, depth, overlap);
    }
    double busy = computeWeight * kernel.cycles(h, w, c);
    TileCost.Move in = tiles.inputOf(h, w, c);
    TileCost.Move constants = tiles.constants(c);
    TileCost.Move out = tiles.output(h, w, c);
    if (!overlap) {
      double each = busy + overheadWeight * (fabric.turn() + fabric.describe()) + weighed(out);
      return count * each + inputLoads * weighed(in) + constantsLoads * weighed(constants);
    }
    TileCost.Move read = inputLoads == count ? in : TileCost.Move.NONE;
    if (constantsLoads == count) {
      read = read.plus(constants);
    }
    double each = together(busy, read, out);
    double rare = 0;
    if (inputLoads < count) {
      rare += inputLoads * (together(busy, read.plus(in), out) - each);
    }
    if (constantsLoads < count) {
      rare += constantsLoads * (together(busy, read.plus(constants), out) - each);
    }
    return count * each + rare;
  }

  /** Cycles of tiles that take a turn for each step of input channels and one for the outputs. */
  private double deep(int h, int w, int c, int count, int depth, boolean overlap) {
    double steps = TileGrid.ceilDiv(layer.groupInputs(), depth);
    double busy = computeWeight * kernel.cycles(h, w, c);
    double share = (double) layer.groupInputs() / layer.in().channels();
    TileCost.Move in = tiles.inputOf(h, w, c);
    TileCost.Move out = tiles.output(h, w, c);
    double moved =
        transferWeight * Math.max(in.cycles() * share + tiles.constants(c).cycles(), out.cycles());
    double conducted =
        overheadWeight
            * ((steps + 1) * (fabric.turn() + fabric.describe())
                + steps * in.commands()
                + out.commands());
    return count * (overlap ? Math.max(busy, moved + conducted) : busy + moved + conducted);
  }

  /**
   * A tile is computed, another loaded, a third stored and a fourth described: the longest counts,
   * and what computation and transfers take from each other.
   */
  private double together(double busy, TileCost.Move in, TileCost.Move out) {
    double moving = transferWeight * Math.max(in.cycles(), out.cycles());
    double conducted = overheadWeight * (fabric.turn() + in.commands() + out.commands());
    return Math.max(busy, conducted + Math.max(moving, overheadWeight * fabric.describe()))
        + kernel.contention() * Math.min(busy, moving);
  }
}
