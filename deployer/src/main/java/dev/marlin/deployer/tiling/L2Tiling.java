package dev.marlin.deployer.tiling;

import java.util.List;

/**
 * How a layer is cut between L3 and L2. Stripes of rows are the outer loop, slices of channels the
 * inner one; a stripe of the output holds all channels. Stripes and slices that are several are
 * double buffered.
 *
 * @param inputsInL3 whether each input lies in L3 and comes in stripes; as many as the layer has
 * @param outputInL3 whether the output leaves in stripes
 * @param stripeHeight output rows of a stripe; all rows if no activation is in L3
 * @param sliceChannels output channels whose constants are in L2 at the same time; all channels if
 *     the constants are not cut
 * @param prefetchDistance how many layers earlier the first slice of the constants is loaded; 0 if
 *     the layer itself loads it and waits
 */
public record L2Tiling(
    List<Boolean> inputsInL3,
    boolean outputInL3,
    int stripeHeight,
    int sliceChannels,
    int prefetchDistance) {

  public L2Tiling {
    inputsInL3 = List.copyOf(inputsInL3);
  }

  /** Whether any activation lies in L3. */
  public boolean isStriped() {
    return outputInL3 || inputsInL3.contains(true);
  }
}
