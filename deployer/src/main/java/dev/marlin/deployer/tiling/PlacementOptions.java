package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.TransferChannel;
import dev.marlin.deployer.lowering.KernelLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * The ways to cut one layer between L3 and L2 that are worth trying, with what each of them needs
 * and costs.
 */
final class PlacementOptions {
  /** Constants below this are not sliced: one transfer is short enough. */
  private static final int SLICED_FROM = 8192;

  private static final int MAX_DISTANCE = 2;

  /** L3 stands still now and then: core 0 starts transfers only between two tiles. */
  private static final double STREAM_FACTOR = 1.1;

  /** What a piece that comes in time still costs: core 0 asks for it, prefetches get in its way. */
  private static final int CYCLES_PER_PIECE = 500;

  private static final List<Integer> PIECES = List.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32);

  /** Where both rows and channels are cut. */
  private static final List<Integer> FEW_PIECES = List.of(1, 2, 4, 8, 16);

  private PlacementOptions() {}

  /**
   * One way.
   *
   * @param tiling how the layer is cut
   * @param bytes of L2 while the layer runs, besides whole tensors
   * @param prefetchedBytes of L2 that are taken {@code prefetchDistance} layers earlier
   * @param prefetchCycles of L3 spent there
   * @param streamCycles of L3 while the layer computes
   * @param waitCycles of L3 before and after it, when nothing can be computed
   * @param computeCycles of the best tiles, L3 apart
   */
  record Option(
      L2Tiling tiling,
      int bytes,
      int prefetchedBytes,
      long prefetchCycles,
      long streamCycles,
      long waitCycles,
      long computeCycles) {

    /** Whether this is nowhere worse and asks the same of tensors and of earlier layers. */
    boolean covers(Option other) {
      return tiling.inputsInL3().equals(other.tiling.inputsInL3())
          && tiling.outputInL3() == other.tiling.outputInL3()
          && tiling.prefetchDistance() == other.tiling.prefetchDistance()
          && bytes <= other.bytes
          && prefetchedBytes <= other.prefetchedBytes
          && prefetchCycles <= other.prefetchCycles
          && streamCycles <= other.streamCycles
          && waitCycles <= other.waitCycles
          && computeCycles <= other.computeCycles;
    }
  }

  /**
   * All options of the layer at position {@code index}.
   *
   * @param inL3 for each input whether it may lie in L3
   * @param outL3 whether the output may lie in L3
   * @param granule channels that a slice is a multiple of
   * @param computeCycles of the best tiles of a cut
   * @return none of them covered by another
   */
  static List<Option> of(
      KernelLayer layer,
      int index,
      List<Boolean> inL3,
      boolean outL3,
      int granule,
      TransferChannel l3,
      ToLongFunction<L2Tiling> computeCycles) {
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
          int distances = layer.hasConstants() ? Math.min(MAX_DISTANCE, index) : 0;
          for (int distance = 0; distance <= distances; distance++) {
            L2Tiling tiling = new L2Tiling(inputs, (placement & 1) == 1, stripe, slice, distance);
            keep(options, option(layer, tiling, granule, l3, computeCycles.applyAsLong(tiling)));
          }
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

  static Option option(
      KernelLayer layer,
      L2Tiling tiling,
      int tileChannels,
      TransferChannel l3,
      long computeCycles) {
    L2Buffers buffers = L2Buffers.of(layer, tiling, tileChannels);
    Traffic traffic = Traffic.of(layer, tiling, tileChannels);
    long firstSlice = layer.hasConstants() ? l3.cycles(traffic.firstSlice(), 1) : 0;
    boolean prefetched = tiling.prefetchDistance() > 0;
    long edges =
        (traffic.firstStripe() == 0 ? 0 : l3.cycles(traffic.firstStripe(), 1))
            + (traffic.lastStripe() == 0 ? 0 : l3.cycles(traffic.lastStripe(), 1));
    long all = l3.cycles(traffic.bytes(), traffic.transfers());
    long pieces = traffic.transfers() - (layer.hasConstants() ? 1 : 0);
    return new Option(
        tiling,
        buffers.total(),
        prefetched ? buffers.constants() : 0,
        prefetched ? firstSlice : 0,
        Math.round(STREAM_FACTOR * Math.max(0, all - firstSlice - edges)),
        edges + (prefetched ? 0 : firstSlice) + CYCLES_PER_PIECE * pieces,
        computeCycles);
  }
}
