package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import dev.marlin.kernels.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * DORY's step from L3 to L2: layer by layer in order, each one only knowing whether its input was
 * left in L3. If everything of a layer fits L2, nothing is cut; else up to four ways are tried, and
 * the first that has a solution wins. Constants are never fetched ahead.
 *
 * <p>A tensor that a later layer reads again stays where it is: in L2 if it fits beside the layers
 * in between, while DORY copies it to L3 and back.
 */
final class DoryPlacement {
  private final TilingProblem problem;
  private final DoryTiles tiles;
  private final Set<String> inL3 = new HashSet<>();

  DoryPlacement(TilingProblem problem, DoryTiles tiles) {
    this.problem = problem;
    this.tiles = tiles;
  }

  /** What may be cut in an attempt. */
  private record Attempt(boolean rows, boolean channels) {}

  /**
   * The cut of each layer, in order.
   *
   * @throws InfeasibleException if no attempt fits
   */
  List<L2Tiling> solve() {
    List<L2Tiling> result = new ArrayList<>();
    String input = problem.lifetimes().tensors().get(0).tensor().name();
    if (problem.lifetimes().tensors().get(0).tensor().bytes() > problem.l2Bytes() / 2) {
      inL3.add(input);
    }
    for (int step = 0; step < problem.layers().size(); step++) {
      KernelLayer layer = problem.layers().get(step);
      L2Tiling tiling = cut(layer, available(step));
      if (tiling.outputInL3()) {
        inL3.add(layer.layer().output().name());
      }
      result.add(tiling);
    }
    return result;
  }

  /** L2 without the tensors that only wait for later layers. */
  private long available(int step) {
    KernelLayer layer = problem.layers().get(step);
    long waiting = 0;
    for (Lifetime lifetime : problem.lifetimes().tensors()) {
      String name = lifetime.tensor().name();
      boolean operand =
          layer.layer().output().name().equals(name)
              || layer.layer().inputs().stream().anyMatch(t -> t.name().equals(name));
      if (!operand && lifetime.covers(step) && !inL3.contains(name)) {
        waiting += L2Buffers.padded(lifetime.tensor().bytes());
      }
    }
    return problem.l2Bytes() - waiting;
  }

  private L2Tiling cut(KernelLayer layer, long available) {
    List<Boolean> inputs =
        layer.layer().inputs().stream().map(t -> inL3.contains(t.name())).toList();
    boolean fromL3 = inputs.contains(true);
    L2Tiling whole = new L2Tiling(inputs, false, layer.out().height(), layer.out().channels(), 0);
    if (!fromL3 && fitTest(layer) <= available && bytes(layer, whole) <= available) {
      return whole;
    }
    List<Attempt> attempts =
        fromL3
            ? List.of(
                new Attempt(false, false),
                new Attempt(true, false),
                new Attempt(false, true),
                new Attempt(true, true))
            : List.of(new Attempt(false, true), new Attempt(true, false), new Attempt(true, true));
    Search search = new Search(layer, inputs, fromL3, available);
    for (Attempt attempt : attempts) {
      search.run(attempt);
      if (search.best != null) {
        return search.best;
      }
    }
    throw new InfeasibleException(
        layer.name(), MemoryLevel.L2, Math.max(search.least, available + 1), available);
  }

  /**
   * DORY's sum for the question whether a layer must be cut; it counts depthwise weights 16 times.
   */
  private static long fitTest(KernelLayer layer) {
    long weights = (long) weightsOfChannel(layer) * layer.out().channels();
    long in = layer.inputs() * (long) layer.layer().inputs().get(0).bytes();
    return in
        + layer.layer().output().bytes()
        + (layer.spec().operation() == Operation.DEPTHWISE ? 16 : 1) * weights
        + (long) constantsOfChannel(layer) * layer.out().channels();
  }

  private static int weightsOfChannel(KernelLayer layer) {
    if (!layer.hasWeights()) {
      return 0;
    }
    int taps = layer.window().kernelHeight() * layer.window().kernelWidth();
    return layer.isChannelwise() ? taps : taps * layer.in().channels();
  }

  private static int constantsOfChannel(KernelLayer layer) {
    return layer.hasWeights() && layer.spec().outBytes() == 1
        ? 2 * layer.spec().requantizationBits() / 8
        : 0;
  }

  /** Bytes of L2 that our engine needs for all operands of the layer, whole or in pieces. */
  private static long bytes(KernelLayer layer, L2Tiling tiling) {
    long bytes = L2Buffers.of(layer, tiling, Math.min(4, tiling.sliceChannels())).total();
    for (int i = 0; i < layer.inputs(); i++) {
      if (!tiling.inputsInL3().get(i)) {
        bytes += L2Buffers.padded(layer.layer().inputs().get(i).bytes());
      }
    }
    return tiling.outputInL3() ? bytes : bytes + L2Buffers.padded(layer.layer().output().bytes());
  }

  /** The best cut of one layer in one attempt. */
  private final class Search {
    private final KernelLayer layer;
    private final List<Boolean> inputs;
    private final boolean fromL3;
    private final long available;
    private final int height;
    private final int channels;
    private @Nullable L2Tiling best;
    private double bestValue = Double.NEGATIVE_INFINITY;
    private long least = Long.MAX_VALUE;

    Search(KernelLayer layer, List<Boolean> inputs, boolean fromL3, long available) {
      this.layer = layer;
      this.inputs = inputs;
      this.fromL3 = fromL3;
      this.available = available;
      this.height = layer.out().height();
      this.channels = layer.out().channels();
    }

    void run(Attempt attempt) {
      boolean slices = attempt.channels() && layer.hasWeights();
      for (int n = slices ? 1 : channels; n <= channels; n++) {
        for (int rows = attempt.rows() || fromL3 ? 1 : height; rows <= height; rows++) {
          int inRows =
              fromL3
                  ? (rows - 1) * layer.window().strideHeight() + layer.window().kernelHeight()
                  : layer.in().height();
          if (fromL3 && (inRows > layer.in().height() || height % rows != 0)) {
            continue;
          }
          offer(attempt, n, rows, inRows, attempt.rows() ? rows : height);
        }
      }
    }

    private void offer(Attempt attempt, int n, int rows, int inRows, int outRows) {
      L2Tiling tiling = new L2Tiling(inputs, attempt.rows(), rows, n, 0);
      long bytes =
          (fromL3 ? 2L : 1L) * layer.inputs() * inRows * layer.in().width() * layer.in().channels()
              + (attempt.rows() ? 2L : 1L)
                  * outRows
                  * layer.out().width()
                  * channels
                  * layer.spec().outBytes()
              + (attempt.channels() ? 2L : 1L)
                  * n
                  * (weightsOfChannel(layer) + constantsOfChannel(layer));
      long really = bytes(layer, tiling);
      least = Math.min(least, Math.max(bytes, really));
      if (Math.max(bytes, really) > available) {
        return;
      }
      double value = value(n, inRows, outRows) + bytes;
      if (value > bestValue) {
        bestValue = value;
        best = tiling;
      }
    }

    private double value(int n, int inRows, int outRows) {
      long in = layer.in().channels();
      int taps = layer.window().kernelHeight() * layer.window().kernelWidth();
      long l1 =
          in * inRows * layer.in().width()
              + (long) n * outRows * layer.out().width()
              + (long) n * (weightsOfChannel(layer) + constantsOfChannel(layer))
              + 16L * taps * in
              + 20;
      return (l1 < tiles.l1Bytes() ? problem.weight(DoryHeuristics.L3_FITS_L1) : 0)
          + problem.weight(DoryHeuristics.L3_HEIGHT) * ((outRows - 1) % 8)
          + (n % 4 == 0 ? problem.weight(DoryHeuristics.L3_CHANNELS) : 0)
          + (channels % n == 0 ? problem.weight(DoryHeuristics.L3_EQUAL) : 0)
          + (height % outRows == 0 ? problem.weight(DoryHeuristics.L3_EQUAL) : 0)
          + (outRows == height ? problem.weight(DoryHeuristics.L3_WHOLE_HEIGHT) : 0)
          + (n == channels ? problem.weight(DoryHeuristics.L3_WHOLE_CHANNELS) : 0);
    }
  }
}
