package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DORY's release of August 2020, which its paper describes.
 *
 * <p>L2 holds the constants of the next layer beside those of the layer that runs, so a layer is
 * cut for what the next one leaves. Constants larger than half of L2 come in slices.
 */
final class DoryPaper implements DoryRelease {

  @Override
  public List<DoryTiling> tile(List<DoryLayer> layers, Machine machine) {
    List<DoryTiling> tilings = new ArrayList<>();
    DoryLayer before = null;
    DoryTiling.Piece beforePiece = null;
    for (int i = 0; i < layers.size(); i++) {
      DoryLayer layer = layers.get(i);
      long budget =
          machine.l2Bytes() - (i + 1 < layers.size() ? ahead(layers.get(i + 1), machine) : 0);
      DoryTiling.Piece piece = new L2Search(layer, budget, machine, before, beforePiece).solve();
      int position = i;
      DoryTiling.Tile tile =
          machine
              .memory()
              .tile(
                  position,
                  piece,
                  () ->
                      new DoryPaperTiles(
                              layer.piece(piece),
                              machine,
                              t -> machine.runs().test(position, new DoryTiling(piece, t)))
                          .solve());
      tilings.add(new DoryTiling(piece, tile));
      before = layer;
      beforePiece = piece;
    }
    return tilings;
  }

  /** Weights and two constants a channel, whether the layer has them or not. */
  private static long constants(DoryLayer layer, int channels) {
    return layer.hasWeights()
        ? (long) channels * (layer.weightBytes() + Math.max(layer.constantBytes(), 8))
        : 0;
  }

  /** Bytes of L2 that are kept for the constants of {@code next}. */
  private static long ahead(DoryLayer next, Machine machine) {
    return Math.min(constants(next, next.co()), machine.l2Bytes() / 2);
  }

  /** The cut of one layer between L3 and L2. */
  private static final class L2Search {
    private final DoryLayer layer;
    private final long budget;
    private final Machine machine;
    private final boolean fromL3;
    private final boolean slicesForced;
    private long inBudget;
    private DoryTiling.@Nullable Piece best;
    private double bestValue = Double.NEGATIVE_INFINITY;
    private long least = Long.MAX_VALUE;

    L2Search(
        DoryLayer layer,
        long budget,
        Machine machine,
        @Nullable DoryLayer before,
        DoryTiling.@Nullable Piece beforePiece) {
      this.layer = layer;
      this.budget = budget;
      this.machine = machine;
      fromL3 = beforePiece != null && beforePiece.outputCut();
      slicesForced = constants(layer, layer.co()) > machine.l2Bytes() / 2;
      inBudget =
          before == null || beforePiece == null
              ? Long.MAX_VALUE
              : 2L * before.co() * beforePiece.outRows() * before.wo() * before.outBytes();
    }

    DoryTiling.Piece solve() {
      long all = in(layer.hi()) + out(layer.ho()) + constants(layer, layer.co());
      if (!fromL3 && !slicesForced && all <= budget) {
        return DoryTiling.Piece.whole(layer);
      }
      if (!layer.hasWeights()) {
        throw refusal(all);
      }
      boolean[][] attempts =
          fromL3
              ? new boolean[][] {{false, false}, {true, false}, {false, true}}
              : new boolean[][] {{false, true}, {true, false}};
      while (true) {
        for (boolean[] attempt : attempts) {
          if (slicesForced && !attempt[1]) {
            continue;
          }
          run(attempt[0], attempt[1]);
          if (best != null) {
            return best;
          }
        }
        if (inBudget == Long.MAX_VALUE) {
          throw refusal(least);
        }
        // Where small pieces follow each other, rows that overlap never fit what the last one left.
        inBudget = Long.MAX_VALUE;
      }
    }

    private InfeasibleException refusal(long needed) {
      return new InfeasibleException(
          layer.name(), MemoryLevel.L2, Math.max(needed, budget + 1), budget);
    }

    private long in(int rows) {
      return (long) layer.ci() * rows * layer.wi() * layer.inputs();
    }

    private long out(int rows) {
      return (long) layer.co() * rows * layer.wo() * layer.outBytes();
    }

    private void run(boolean cutOutput, boolean cutConstants) {
      for (int n = cutConstants ? 1 : layer.co(); n <= layer.co(); n++) {
        for (int inRows = fromL3 ? layer.kh() : layer.hi(); inRows <= layer.hi(); inRows++) {
          int pieceRows = (inRows - layer.kh() + layer.sh()) / layer.sh();
          boolean uneven =
              layer.ho() % pieceRows != 0
                  || (inRows - layer.kh()) % layer.sh() != 0
                  || isShortBorder(inRows);
          if (fromL3 && uneven) {
            continue;
          }
          int first = !cutOutput ? layer.ho() : fromL3 ? pieceRows : 1;
          int last = !cutOutput ? layer.ho() : fromL3 ? pieceRows : layer.ho();
          for (int outRows = first; outRows <= last; outRows++) {
            offer(cutOutput, cutConstants, n, inRows, outRows);
          }
        }
      }
    }

    private boolean isShortBorder(int inRows) {
      return DoryPaperTiles.isShortBorder(layer.hi(), inRows, layer.kh(), layer.padTop());
    }

    private void offer(boolean cutOutput, boolean cutConstants, int n, int inRows, int outRows) {
      long in = (fromL3 ? 2 : 1) * in(inRows);
      long weights =
          (cutConstants ? 2L : 1L) * n * layer.weightBytes() + (long) n * layer.constantBytes();
      long bytes = in + (cutOutput ? 2 : 1) * out(outRows) + weights;
      least = Math.min(least, bytes);
      if (bytes > budget
          || (slicesForced && weights > machine.l2Bytes() / 2)
          || (fromL3 && in > inBudget)) {
        return;
      }
      double value = bytes + value(n, inRows, outRows);
      if (value > bestValue) {
        bestValue = value;
        best = new DoryTiling.Piece(fromL3, cutOutput, inRows, outRows, n);
      }
    }

    private double value(int n, int inRows, int outRows) {
      int step = Math.max(1, inRows - (layer.kh() - layer.sh()));
      double equal = machine.of(DoryHeuristics.L3_EQUAL);
      return machine.of(DoryHeuristics.L3_HEIGHT) * ((outRows - 1) % 8)
          + (n % 4 == 0 ? machine.of(DoryHeuristics.L3_CHANNELS) : 0)
          + ((layer.co() - n) % n == 0 ? equal : 0)
          + ((layer.ho() - outRows) % outRows == 0 ? equal : 0)
          + ((layer.hi() - inRows + layer.padTop()) % step == 0 ? equal : 0)
          + (outRows == layer.ho() ? machine.of(DoryHeuristics.L3_WHOLE_HEIGHT) : 0)
          + (n == layer.co() ? machine.of(DoryHeuristics.L3_WHOLE_CHANNELS) : 0);
    }
  }
}
