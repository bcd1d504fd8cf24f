package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.TransferChannel;
import dev.marlin.deployer.lowering.KernelLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The ways to cut one layer between L3 and L2 that are worth trying, with what each of them needs
 * and costs.
 */
final class PlacementOptions {
  /** Constants below this are not sliced: one transfer is short enough. */
  private static final int SLICED_FROM = 8192;

  /** L3 stands still now and then: behind writes, and while the one that asks waits for the DMA. */
  private static final double STREAM_FACTOR = 1.03;

  /** What a piece that comes in time still costs: it is asked for, prefetches get in its way. */
  private static final int CYCLES_PER_PIECE = 200;

  private static final List<Integer> PIECES = List.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32);

  /** Where both rows and channels are cut. */
  private static final List<Integer> FEW_PIECES = List.of(1, 2, 4, 8, 16);

  private PlacementOptions() {}

  /**
   * One way.
   *
   * @param layer that is cut
   * @param tiling how
   * @param tile the best tiles
   * @param bytes of L2 while the layer runs, besides whole tensors
   * @param firstBytes of L2 that the first slice of the constants takes, from when it is fetched
   * @param firstCycles of L3 for that slice
   * @param streamCycles of L3 while the layer computes
   * @param waitCycles of L3 before and after it, when nothing can be computed, without the first
   *     slice
   * @param computeCycles of the best tiles, L3 apart
   * @param costs of its tiles
   */
  record Option(
      KernelLayer layer,
      L2Tiling tiling,
      L1Tiling tile,
      int bytes,
      int firstBytes,
      long firstCycles,
      long streamCycles,
      long waitCycles,
      long computeCycles,
      TileCost costs) {

    /** Cycles for which L3 can fetch ahead for other layers while this one computes. */
    long room() {
      return Math.max(0, computeCycles - streamCycles);
    }

    /** The same with its constants fetched some layers earlier. */
    Option withDistance(int distance) {
      L2Tiling other =
          new L2Tiling(
              tiling.inputsInL3(),
              tiling.outputInL3(),
              tiling.stripeHeight(),
              tiling.sliceChannels(),
              distance);
      return new Option(
          layer,
          other,
          tile,
          bytes,
          firstBytes,
          firstCycles,
          streamCycles,
          waitCycles,
          computeCycles,
          costs);
    }

    /** Whether this is nowhere worse and asks the same of tensors. */
    boolean covers(Option other) {
      return tiling.inputsInL3().equals(other.tiling.inputsInL3())
          && tiling.outputInL3() == other.tiling.outputInL3()
          && bytes <= other.bytes
          && firstBytes <= other.firstBytes
          && firstCycles <= other.firstCycles
          && room() >= other.room()
          && streamCycles <= other.streamCycles
          && waitCycles <= other.waitCycles
          && computeCycles <= other.computeCycles;
    }
  }

  /**
   * All options of a layer.
   *
   * @param inL3 for each input whether it may lie in L3
   * @param outL3 whether the output may lie in L3
   * @param granule channels that a slice is a multiple of
   * @param tiles finds the best tiles of a cut
   * @return none of them covered by another
   */
  static List<Option> of(
      KernelLayer layer,
      List<Boolean> inL3,
      boolean outL3,
      int granule,
      TransferChannel l3,
      TileSolver tiles) {
    TileCost costs = tiles.costs(layer);
    List<Option> options = new ArrayList<>();
    int placements = 1 << (inL3.size() + 1);
    for (int placement = 0; placement < placements; placement++) {
      boolean allowed = (placement & 1) == 0 || outL3;
      List<Boolean> inputs = new ArrayList<>();
      for (int i = 0; i < inL3.size(); i++) {
        boolean chosen = (placement >> (i + 1) & 1) == 1;
        allowed &= !chosen || inL3.get(i);
        inputs.add(chosen);
      }
      if (!allowed) {
        continue;
      }
      for (int stripe : placement == 0 ? whole(layer) : stripes(layer)) {
        for (int slice : slices(layer, granule, stripe)) {
          L2Tiling tiling = new L2Tiling(inputs, (placement & 1) == 1, stripe, slice, 0);
          keep(options, option(layer, tiling, tiles.fewestCycles(layer, tiling), costs, l3));
        }
      }
    }
    return options;
  }

  private static void keep(List<Option> options, Option option) {
    if (options.stream().noneMatch(other -> other.covers(option))) {
      options.removeIf(option::covers);
      options.add(option);
    }
  }

  private static List<Integer> whole(KernelLayer layer) {
    return List.of(layer.out().height());
  }

  private static List<Integer> stripes(KernelLayer layer) {
    TreeSet<Integer> heights = new TreeSet<>();
    heights.add(1);
    for (int pieces : PIECES) {
      heights.add(TileGrid.ceilDiv(layer.out().height(), pieces));
    }
    return List.copyOf(heights.descendingSet());
  }

  private static List<Integer> slices(KernelLayer layer, int granule, int stripe) {
    List<Integer> pieces = stripe == layer.out().height() ? PIECES : FEW_PIECES;
    int channels = layer.out().channels();
    if (!layer.hasConstants() || layer.constantsBytes(channels, granule) < SLICED_FROM) {
      return List.of(channels);
    }
    TreeSet<Integer> sizes = new TreeSet<>();
    int units = TileGrid.ceilDiv(channels, granule);
    sizes.add(granule);
    for (int count : pieces) {
      sizes.add(Math.min(channels, TileGrid.ceilDiv(units, count) * granule));
    }
    return List.copyOf(sizes.descendingSet());
  }

  /** What it needs and costs to cut {@code layer} so, with these tiles. */
  static Option option(
      KernelLayer layer,
      L2Tiling tiling,
      TileSolver.Choice choice,
      TileCost costs,
      TransferChannel l3) {
    L1Tiling tile = choice.tile();
    L2Buffers buffers = L2Buffers.of(layer, tiling, tile.channels(), tile.depth());
    Traffic traffic = Traffic.of(layer, tiling, tile.channels(), tile.depth());
    long firstSlice = layer.hasConstants() ? l3.cycles(traffic.firstSlice(), 1) : 0;
    long edges =
        (traffic.firstStripe() == 0 ? 0 : l3.cycles(traffic.firstStripe(), 1))
            + (traffic.lastStripe() == 0 ? 0 : l3.cycles(traffic.lastStripe(), 1));
    long all = l3.cycles(traffic.bytes(), traffic.transfers());
    long pieces = traffic.transfers() - (layer.hasConstants() ? 1 : 0);
    return new Option(
        layer,
        tiling,
        tile,
        buffers.total(),
        buffers.constants(),
        firstSlice,
        Math.round(STREAM_FACTOR * Math.max(0, all - firstSlice - edges)),
        edges + CYCLES_PER_PIECE * pieces,
        choice.cycles(),
        costs);
  }
}
