package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DORY's release of November 2023.
 *
 * <p>Its solver goes through the values of its variables in order and keeps the first of the best:
 * so do these loops. A layer is cut for L2 first, only knowing whether the layer before it in the
 * list left its output in L3; then what lies in L2 is cut for L1.
 */
final class DoryHead implements DoryRelease {

  @Override
  public List<DoryTiling> tile(List<DoryLayer> layers, Machine machine) {
    List<DoryTiling> tilings = new ArrayList<>();
    boolean inputInL3 = false;
    for (int i = 0; i < layers.size(); i++) {
      DoryLayer layer = layers.get(i);
      int position = i;
      DoryTiling.Piece piece = new L2Search(layer, inputInL3, machine).solve();
      DoryTiling.Tile tile =
          machine
              .memory()
              .tile(
                  position,
                  piece,
                  () ->
                      new DoryHeadTiles(
                              layer.piece(piece),
                              machine,
                              t -> machine.runs().test(position, new DoryTiling(piece, t)))
                          .solve());
      tilings.add(new DoryTiling(piece, tile));
      inputInL3 = piece.outputCut();
    }
    return tilings;
  }

  /** The cut of one layer between L3 and L2. */
  private static final class L2Search {
    private final DoryLayer layer;
    private final boolean fromL3;
    private final Machine machine;
    private DoryTiling.@Nullable Piece best;
    private double bestValue = Double.NEGATIVE_INFINITY;
    private long least = Long.MAX_VALUE;

    L2Search(DoryLayer layer, boolean fromL3, Machine machine) {
      this.layer = layer;
      this.fromL3 = fromL3;
      this.machine = machine;
    }

    DoryTiling.Piece solve() {
      if (!(fromL3 && layer.hasWeights()) && fitTest() <= machine.l2Bytes()) {
        return DoryTiling.Piece.whole(layer);
      }
      if (layer.isAddition()) {
        throw refusal(fitTest());
      }
      // The ways that DORY tries in this order: rows of the output, constants.
      boolean[][] attempts =
          fromL3
              ? new boolean[][] {{false, false}, {true, false}, {false, true}}
              : new boolean[][] {{false, true}, {true, false}};
      for (boolean[] attempt : attempts) {
        if (attempt[1] && !layer.hasWeights()) {
          continue;
        }
        run(attempt[0], attempt[1]);
        if (best != null) {
          return best;
        }
      }
      // Where both would have to be cut DORY stops, too.
      throw refusal(least);
    }

    private InfeasibleException refusal(long needed) {
      return new InfeasibleException(
          layer.name(), MemoryLevel.L2, Math.max(needed, machine.l2Bytes() + 1), machine.l2Bytes());
    }

    /** DORY's sum for the question whether a layer is cut; depthwise weights count 16 times. */
    private long fitTest() {
      return (long) layer.ci() * layer.hi() * layer.wi()
          + (long) layer.co() * layer.ho() * layer.wo() * layer.outBytes()
          + (long) (layer.isDepthwise() ? 16 : 1)
              * layer.co()
              * (layer.weightBytes() + layer.biasBytes())
          + (long) layer.co() * layer.constantBytes();
    }

    private void run(boolean cutOutput, boolean cutConstants) {
      for (int n = cutConstants ? 1 : layer.co(); n <= layer.co(); n++) {
        for (int inRows = fromL3 ? layer.kh() : layer.hi(); inRows <= layer.hi(); inRows++) {
          int pieceRows = (inRows - layer.kh() + layer.sh()) / layer.sh();
          boolean uneven =
              (layer.hasWeights() && layer.ho() % pieceRows != 0)
                  || (inRows - layer.kh()) % layer.sh() != 0;
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

    private void offer(boolean cutOutput, boolean cutConstants, int n, int inRows, int outRows) {
      long bytes =
          (fromL3 ? 2L : 1L) * layer.ci() * inRows * layer.wi()
              + (cutOutput ? 2L : 1L) * layer.co() * outRows * layer.wo() * layer.outBytes()
              + (cutConstants ? 2L : 1L)
                  * n
                  * (layer.weightBytes() + layer.biasBytes() + layer.constantBytes());
      least = Math.min(least, bytes);
      if (bytes > machine.l2Bytes()) {
        return;
      }
      double value =
          bytes + (layer.hasWeights() ? value(n, inRows, outRows) : poolValue(inRows, outRows));
      if (value > bestValue) {
        bestValue = value;
        best = new DoryTiling.Piece(fromL3, cutOutput, inRows, outRows, n);
      }
    }

    private double poolValue(int inRows, int outRows) {
      return machine.of(DoryHeuristics.L3_POOL) * ((outRows - 1) % 8 + (inRows - 1) % 4);
    }

    private double value(int n, int inRows, int outRows) {
      long l1 =
          (long) layer.ci() * inRows * layer.wi()
              + (long) n * outRows * layer.wo()
              + (long) n * (layer.weightBytes() + layer.constantBytes())
              + 16L * layer.taps() * layer.ci()
              + 20;
      return (l1 < machine.l1Bytes() ? machine.of(DoryHeuristics.L3_FITS_L1) : 0)
          + machine.of(DoryHeuristics.L3_HEIGHT) * ((outRows - 1) % 8)
          + (n % 4 == 0 ? machine.of(DoryHeuristics.L3_CHANNELS) : 0)
          + ((layer.co() - n) % n == 0 ? machine.of(DoryHeuristics.L3_EQUAL) : 0)
          + ((layer.ho() - outRows) % outRows == 0 ? machine.of(DoryHeuristics.L3_EQUAL) : 0)
          + (outRows == layer.ho() ? machine.of(DoryHeuristics.L3_WHOLE_HEIGHT) : 0)
          + (n == layer.co() ? machine.of(DoryHeuristics.L3_WHOLE_CHANNELS) : 0);
    }
  }
}
