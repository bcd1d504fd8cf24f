package dev.marlin.deployer.tiling;

/**
 * What DORY decides for one layer.
 *
 * @param l2 the part that is in L2 at a time
 * @param l1 the part of that which is in L1 at a time
 */
record DoryTiling(Piece l2, Tile l1) {

  /**
   * The part of a layer that is in L2 at a time.
   *
   * @param inputCut whether the input comes from L3 in rows
   * @param outputCut whether the output leaves for L3 in rows
   * @param inRows rows of the input
   * @param outRows rows of the output; all of them unless the output is cut
   * @param channels output channels whose constants are there
   */
  record Piece(boolean inputCut, boolean outputCut, int inRows, int outRows, int channels) {

    static Piece whole(DoryLayer layer) {
      return new Piece(false, false, layer.hi(), layer.ho(), layer.co());
    }
  }

  /**
   * The part that is in L1 at a time.
   *
   * @param inChannels channels of the input
   * @param inRows rows of the input
   * @param inColumns columns of the input
   * @param channels channels of the output
   * @param rows of the output
   * @param columns of the output
   */
  record Tile(int inChannels, int inRows, int inColumns, int channels, int rows, int columns) {

    static Tile whole(DoryLayer layer) {
      return new Tile(layer.ci(), layer.hi(), layer.wi(), layer.co(), layer.ho(), layer.wo());
    }
  }
}
