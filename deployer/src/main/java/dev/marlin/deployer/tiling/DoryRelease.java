package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The tiler of a release of DORY: its formulas, its search, its refusals. */
interface DoryRelease {

  /**
   * What DORY is given.
   *
   * @param l1Bytes of L1 for tiles
   * @param l2Bytes of L2 for activations and weights
   * @param weight of each term of the objectives by its name
   * @param runs whether the kernels of this project can run a tile of a layer's piece; the rest is
   *     passed over
   * @param memory of tiles that were found before
   */
  record Machine(
      int l1Bytes, long l2Bytes, ToDoubleFunction<String> weight, Runs runs, Memory memory) {

    double of(String heuristic) {
      return weight.applyAsDouble(heuristic);
    }

    /** Buffers of each kind in L1: 1 or 2. */
    int copies() {
      return Buffering.of(of(Buffering.NAME), Buffering.SINGLE);
    }
  }

  /** Whether a tiling of the layer at some position can be run. */
  interface Runs {
    boolean test(int position, DoryTiling tiling);
  }

  /** Knows the tile of a piece of the layer at some position, or has it found. */
  interface Memory {
    DoryTiling.Tile tile(int position, DoryTiling.Piece piece, Supplier<DoryTiling.Tile> find);
  }

  /**
   * Tilings of all layers, in order.
   *
   * @throws InfeasibleException if DORY finds none for a layer
   */
  List<DoryTiling> tile(List<DoryLayer> layers, Machine machine);
}
