package dev.marlin.deployer.tiling;

import java.util.List;

/**
 * How a layer is cut between L3 and L2.
 *
 * @param inputsInL3 whether each input lies in L3 and comes in stripes; as many as the layer has
 * @param outputInL3 whether the output leaves in stripes
 * @param constants where the constants come from
 * @param stripeHeight output rows of a stripe; all rows if no operand is in L3
 * @param sliceChannels output channels of a slice of constants; all channels if they are not sliced
 */
public record L2Tiling(
    List<Boolean> inputsInL3,
    boolean outputInL3,
    Constants constants,
    int stripeHeight,
    int sliceChannels) {

  /** Where a layer's constants come from. */
  public enum Constants {
    /** The layer has none. */
    NONE,
    /** Loaded whole into L2 while an earlier layer runs. */
    PREFETCHED,
    /** Loaded slice by slice while the layer runs, in one or two buffers of L2. */
    STREAMED
  }

  public L2Tiling {
    inputsInL3 = List.copyOf(inputsInL3);
  }
}
