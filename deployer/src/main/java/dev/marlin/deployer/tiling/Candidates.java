package dev.marlin.deployer.tiling;

import java.util.List;
import java.util.TreeSet;

/**
 * Sizes worth trying when {@code whole} is cut into equal pieces: for every number of pieces the
 * smallest size that needs no more of them. Any other size makes as many pieces with a smaller last
 * one, at the same or a higher need of memory.
 */
final class Candidates {
  private Candidates() {}

  /** Sizes in ascending order, each a multiple of {@code granule} or {@code whole} itself. */
  static List<Integer> sizes(int whole, int granule) {
    TreeSet<Integer> sizes = new TreeSet<>();
    int units = TileGrid.ceilDiv(whole, granule);
    for (int pieces = 1; pieces <= units; pieces++) {
      int size = TileGrid.ceilDiv(units, pieces) * granule;
      sizes.add(Math.min(whole, size));
      // Equal sizes follow each other: go on with the number of pieces that the next size makes.
      int next = size / granule - 1;
      if (next >= 1) {
        pieces = Math.max(pieces, TileGrid.ceilDiv(units, next) - 1);
      }
    }
    return List.copyOf(sizes);
  }
}
