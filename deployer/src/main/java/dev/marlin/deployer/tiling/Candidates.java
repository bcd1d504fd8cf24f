package dev.marlin.deployer.tiling;

import java.util.List;
import java.util.TreeSet;

/**
 * Sizes worth trying when {@code whole} is cut into pieces of one size.
 *
 * <p>Of at most {@link #ALL} units every size. Of more, for every number of pieces the smallest
 * size that needs no more of them: a larger one needs more memory for as many pieces. That is no
 * proof of the optimum, as a larger size may share its pixels better among the cores; but the loss
 * shrinks with the number of units.
 */
final class Candidates {
  private static final int ALL = 16;

  private Candidates() {}

  /** Sizes in ascending order, each a multiple of {@code granule} or {@code whole} itself. */
  static List<Integer> sizes(int whole, int granule) {
    TreeSet<Integer> sizes = new TreeSet<>();
    int units = TileGrid.ceilDiv(whole, granule);
    for (int pieces = 1; pieces <= units; pieces++) {
      int size = units <= ALL ? pieces : TileGrid.ceilDiv(units, pieces);
      sizes.add(Math.min(whole, size * granule));
    }
    return List.copyOf(sizes);
  }
}
