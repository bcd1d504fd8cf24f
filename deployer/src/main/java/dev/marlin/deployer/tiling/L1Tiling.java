package dev.marlin.deployer.tiling;

/**
 * How a stripe and slice of a layer is cut between L2 and L1: output elements of one tile.
 *
 * @param height output rows
 * @param width output columns
 * @param channels output channels
 * @param order which operand stays
 * @param overlap whether transfers of the next tile run while one is computed
 */
public record L1Tiling(int height, int width, int channels, LoopOrder order, boolean overlap) {

  /** The same tile, moved and computed by turns. */
  L1Tiling withoutOverlap() {
    return new L1Tiling(height, width, channels, order, false);
  }
}
