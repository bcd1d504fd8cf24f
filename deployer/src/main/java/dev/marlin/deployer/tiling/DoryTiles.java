package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.Operation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * DORY's step from L2 to L1: its constraints and its objective, searched exhaustively in the order
 * of its variables, so that among equals the same tile wins as in its constraint solver.
 *
 * <p>The search runs over output channels, input rows and input columns; output rows and columns
 * follow. All terms of the objective but the bytes depend on one variable alone, so they are
 * tabulated.
 */
final class DoryTiles {
  private static final int CORES = 8;

  /** Bytes between the buffers in DORY's map of L1. */
  private static final int GAPS = 40;

  private static final int POOL_GAPS = 20;

  private final TilingProblem problem;
  private final int l1Bytes;
  private final int copies;
  private final Map<Object, L1Tiling> solved = new HashMap<>();

  /**
   * @param copies 2 for double buffers, 1 for single ones
   */
  DoryTiles(TilingProblem problem, int copies) {
    this.problem = problem;
    this.copies = copies;
    double stacks =
        problem.weight(DoryHeuristics.STACK_FIRST)
            + (problem.hardware().cores() - 1) * problem.weight(DoryHeuristics.STACK_OTHERS);
    // DORY counts in thousands where the chip counts in KiB.
    this.l1Bytes = (int) (problem.hardware().l1Bytes() / 1024.0 * 1000 - stacks);
  }

  /** L1 that DORY has for tiles, which L3 pieces are measured against, too. */
  int l1Bytes() {
    return l1Bytes;
  }

  /** One layer, or the stripe and slice of it that lies in L2. */
  private final class Search {
    final KernelLayer layer;
    final L2Tiling l2;
    final Window window;
    final boolean depthwise;
    final int hi;
    final int wi;
    final int ho;
    final int wo;
    final int co;
    final int ci;
    final int padHeight;

    double best = Double.NEGATIVE_INFINITY;
    L1Tiling chosen = new L1Tiling(0, 0, 0, LoopOrder.CONSTANTS_STAY, copies == 2);
    int least = Integer.MAX_VALUE;

    Search(KernelLayer layer, L2Tiling l2) {
      this.layer = layer;
      this.l2 = l2;
      window = layer.window();
      depthwise = layer.spec().operation() == Operation.DEPTHWISE;
      boolean striped = l2.stripeHeight() < layer.out().height();
      ho = l2.stripeHeight();
      hi = striped ? layer.inputRows(ho) : layer.in().height();
      wi = layer.in().width();
      wo = layer.out().width();
      co = l2.sliceChannels();
      ci = layer.isChannelwise() ? co : layer.in().channels();
      padHeight = striped ? 0 : window.padTop() + window.padBottom();
    }

    /** Whether the tile fits DORY's L1 and, with the real kernels' needs, ours. */
    boolean fits(int channels, int inRows, int inColumns, int rows, int columns) {
      int bytes = doryBytes(channels, inRows, inColumns, rows, columns, copies);
      least = Math.min(least, bytes);
      return bytes <= l1Bytes;
    }

    boolean reallyFits(L1Tiling tile) {
      boolean divides = l2.sliceChannels() == layer.out().channels() || co % tile.channels() == 0;
      return divides
          && L1Buffers.of(layer, l2, tile, problem.hardware().cores()).total() <= problem.l1Bytes();
    }

    int doryBytes(int channels, int inRows, int inColumns, int rows, int columns, int db) {
      int in = layer.isChannelwise() ? channels : ci;
      int out = channels * rows * columns * layer.spec().outBytes();
      int bytes = db * in * inRows * inColumns * layer.inputs() + db * out;
      if (!layer.hasWeights()) {
        return bytes + POOL_GAPS;
      }
      int taps = window.kernelHeight() * window.kernelWidth();
      int perChannel = depthwise ? taps : taps * ci;
      int constants = layer.spec().outBytes() == 4 ? 4 : 2 * layer.spec().requantizationBits() / 8;
      int im2col =
          depthwise
              ? CORES
                  * (window.kernelHeight() * (in + window.padTop() + window.padBottom())
                      + window.kernelHeight())
              : layer.spec().operation() == Operation.FULLY_CONNECTED ? 0 : 2 * CORES * taps * in;
      return bytes + db * channels * (perChannel + constants) + im2col + GAPS;
    }

    void offer(double value, int channels, int rows, int columns) {
      if (value > best) {
        L1Tiling tile =
            new L1Tiling(rows, columns, channels, LoopOrder.CONSTANTS_STAY, copies == 2);
        if (reallyFits(tile)) {
          best = value;
          chosen = tile;
        }
      }
    }
  }

  /**
   * DORY's tile.
   *
   * @throws InfeasibleException if no tile keeps its constraints
   */
  L1Tiling solve(KernelLayer layer, L2Tiling l2) {
    Object key =
        List.of(
            layer.spec(),
            layer.in(),
            layer.out(),
            layer.window(),
            l2.stripeHeight(),
            l2.sliceChannels());
    L1Tiling known = solved.get(key);
    if (known != null) {
      return known;
    }
    Search search = new Search(layer, l2);
    L1Tiling whole =
        new L1Tiling(search.ho, search.wo, search.co, LoopOrder.CONSTANTS_STAY, copies == 2);
    if (search.doryBytes(search.co, search.hi, search.wi, search.ho, search.wo, 1) <= l1Bytes
        && search.reallyFits(whole)) {
      solved.put(key, whole);
      return whole;
    }
    if (!layer.hasWeights()) {
      searchWeightless(search);
    } else if (search.depthwise) {
      searchDepthwise(search);
    } else {
      searchDense(search);
    }
    if (search.chosen.channels() == 0) {
      throw new InfeasibleException(
          layer.name(), MemoryLevel.L1, Math.max(search.least, l1Bytes + 1L), l1Bytes);
    }
    solved.put(key, search.chosen);
    return search.chosen;
  }

  private double weight(String name) {
    return problem.weight(name);
  }

  private void searchDense(Search s) {
    Window window = s.window;
    double[] channelValue = new double[s.co + 1];
    for (int n = 1; n <= s.co; n++) {
      int last = (s.co - 1) % n;
      channelValue[n] =
          weight(DoryHeuristics.CHANNELS) * ((n - 1) % 4)
              + weight(DoryHeuristics.REUSE) * n
              + weight(DoryHeuristics.BORDER_CHANNELS) * last
              + weight(DoryHeuristics.BORDER_BLOCK) * (last % 4);
    }
    for (int n = 1; n <= s.co; n++) {
      for (int inRows = window.kernelHeight(); inRows <= s.hi; inRows++) {
        int rows =
            exactOutput(
                inRows,
                window.kernelHeight(),
                window.strideHeight(),
                inRows == s.hi ? s.padHeight : 0);
        if (rows < 1
            || rows > s.ho
            || (inRows - window.kernelHeight()) % window.strideHeight() != 0) {
          continue;
        }
        double rowValue =
            weight(DoryHeuristics.HEIGHT) * ((rows - 1) % 8)
                + weight(DoryHeuristics.BORDER_HEIGHT) * ((s.ho - 1) % rows % 8);
        for (int inColumns = window.kernelWidth(); inColumns <= s.wi; inColumns++) {
          int pad = inColumns == s.wi ? window.padLeft() + window.padRight() : 0;
          int columns = exactOutput(inColumns, window.kernelWidth(), window.strideWidth(), pad);
          if (columns < 1 || columns > s.wo) {
            continue;
          }
          if (!s.fits(n, inRows, inColumns, rows, columns)) {
            break;
          }
          double value =
              channelValue[n]
                  + rowValue
                  + weight(DoryHeuristics.WIDTH) * ((columns - 1) % 2)
                  + weight(DoryHeuristics.BORDER_WIDTH) * ((s.wo - 1) % columns % 2)
                  + (rows * columns >= 16 ? weight(DoryHeuristics.PIXELS) : 0)
                  + weight(DoryHeuristics.BYTES)
                      * s.doryBytes(n, inRows, inColumns, rows, columns, copies);
          s.offer(value, n, rows, columns);
        }
      }
    }
  }

  private void searchDepthwise(Search s) {
    Window window = s.window;
    boolean channelsOnly = s.hi <= 32 && s.wi <= 32;
    for (int n = 1; n <= s.co; n++) {
      int last = (s.co - 1) % n;
      double channelValue =
          (n > 7 ? weight(DoryHeuristics.DW_MANY) : 0)
              + weight(DoryHeuristics.DW_CHANNELS) * ((n - 1) % 16)
              + (last > 7 ? weight(DoryHeuristics.DW_BORDER) : 0);
      for (int inRows = channelsOnly ? s.hi : window.kernelHeight(); inRows <= s.hi; inRows++) {
        int rows =
            channelsOnly
                ? s.ho
                : exactOutput(
                    inRows,
                    window.kernelHeight(),
                    window.strideHeight(),
                    inRows == s.hi ? s.padHeight : 0);
        boolean aligned =
            channelsOnly
                || s.wi <= 32
                || s.hi <= 32
                || (inRows - window.kernelHeight()) % window.strideHeight() == 0;
        if (rows < 1 || rows > s.ho || !aligned) {
          continue;
        }
        if (!s.fits(n, inRows, s.wi, rows, s.wo)) {
          break;
        }
        double value =
            channelValue
                + (rows % 4 == 0 ? weight(DoryHeuristics.DW_FOURS) : 0)
                + weight(DoryHeuristics.DW_BYTES) * s.doryBytes(n, inRows, s.wi, rows, s.wo, copies)
                + weight(DoryHeuristics.DW_WIDTH) * s.wo
                + weight(DoryHeuristics.DW_HEIGHT) * rows
                + weight(DoryHeuristics.DW_BORDER) * ((s.ho - 1) % rows + (s.ho - 1) % rows % 4);
        s.offer(value, n, rows, s.wo);
      }
    }
  }

  /** Pooling and addition: bytes, then shape. */
  private void searchWeightless(Search s) {
    boolean addition = s.layer.inputs() == 2;
    Window window = s.window;
    double bytesWeight = addition ? 1e6 : 1e4;
    double channelsWeight = addition ? 1e3 : 1e6;
    double widthWeight = addition ? 10 : 100;
    for (int n = addition ? s.co : 1; n <= s.co; n++) {
      for (int inRows = window.kernelHeight(); inRows <= s.hi; inRows++) {
        int rows = exactOutput(inRows, window.kernelHeight(), window.strideHeight(), 0);
        if (rows < 1 || rows > s.ho) {
          continue;
        }
        for (int inColumns = addition ? s.wi : window.kernelWidth();
            inColumns <= s.wi;
            inColumns++) {
          int columns = exactOutput(inColumns, window.kernelWidth(), window.strideWidth(), 0);
          if (columns < 1 || columns > s.wo) {
            continue;
          }
          if (!s.fits(n, inRows, inColumns, rows, columns)) {
            break;
          }
          double value =
              weight(DoryHeuristics.BYTES)
                      * bytesWeight
                      * s.doryBytes(n, inRows, inColumns, rows, columns, copies)
                  + widthWeight * inColumns
                  + inRows
                  + channelsWeight * n;
          s.offer(value, n, rows, columns);
        }
      }
    }
  }

  /** Output of {@code in} rows or columns if the strides come out even, else 0. */
  private static int exactOutput(int in, int kernel, int stride, int pad) {
    int reach = in - kernel + stride + pad;
    return reach % stride == 0 ? reach / stride : 0;
  }
}
