package dev.marlin.deployer.tiling;

/**
 * How a stripe and slice of a layer is cut between L2 and L1: output elements of one tile.
 *
 * @param height output rows
 * @param width output columns
 * @param channels output channels
 * @param depth input channels of a step; 0 if the tile takes all of them at once
 * @param order which operand stays
 * @param overlap whether transfers of the next tile run while one is computed
 */
public record L1Tiling(
    int height, int width, int channels, int depth, LoopOrder order, boolean overlap) {

  /** A tile that takes all input channels at once. */
  public L1Tiling(int height, int width, int channels, LoopOrder order, boolean overlap) {
    this(height, width, channels, 0, order, overlap);
  }

  /** The same tile, moved and computed by turns. */
  L1Tiling withoutOverlap() {
    return new L1Tiling(height, width, channels, depth, order, false);
  }

  /** The same tile in steps of {@code inputs} input channels. */
  public L1Tiling withDepth(int inputs) {
    return new L1Tiling(height, width, channels, inputs, order, overlap);
  }

  /** Whether the input channels come in steps. */
  public boolean isDeep() {
    return depth > 0;
  }
}
