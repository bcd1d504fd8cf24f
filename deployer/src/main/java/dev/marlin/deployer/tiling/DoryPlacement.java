package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    int height = layer.out().height();
    int channels = layer.out().channels();
    boolean fromL3 = inputs.contains(true);
    L2Tiling whole = new L2Tiling(inputs, false, height, channels, 0);
    if (!fromL3 && bytes(layer, whole) <= available) {
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
    long least = bytes(layer, whole);
    for (Attempt attempt : attempts) {
      L2Tiling best = whole;
      double bestValue = Double.NEGATIVE_INFINITY;
      for (int n = attempt.channels() && layer.hasConstants() ? 1 : channels; n <= channels; n++) {
        for (int rows = attempt.rows() || fromL3 ? 1 : height; rows <= height; rows++) {
          L2Tiling tiling = new L2Tiling(inputs, attempt.rows(), rows, n, 0);
          if ((fromL3 && height % rows != 0) || (layer.needsAllChannels() && n < channels)) {
            continue;
          }
          long bytes = bytes(layer, tiling);
          least = Math.min(least, bytes);
          double value = value(layer, tiling, bytes);
          if (bytes <= available && value > bestValue) {
            bestValue = value;
            best = tiling;
          }
        }
      }
      if (bestValue > Double.NEGATIVE_INFINITY) {
        return best;
      }
    }
    throw new InfeasibleException(layer.name(), MemoryLevel.L2, least, available);
  }

  /** Bytes of L2 for all operands of the layer, whether whole or in pieces. */
  private long bytes(KernelLayer layer, L2Tiling tiling) {
    long bytes = L2Buffers.of(layer, tiling, Math.min(4, tiling.sliceChannels())).total();
    for (int i = 0; i < layer.inputs(); i++) {
      if (!tiling.inputsInL3().get(i)) {
        bytes += L2Buffers.padded(layer.layer().inputs().get(i).bytes());
      }
    }
    return tiling.outputInL3() ? bytes : bytes + L2Buffers.padded(layer.layer().output().bytes());
  }

  private double value(KernelLayer layer, L2Tiling tiling, long bytes) {
    int rows = tiling.stripeHeight();
    int n = tiling.sliceChannels();
    int height = layer.out().height();
    int channels = layer.out().channels();
    int taps = layer.window().kernelHeight() * layer.window().kernelWidth();
    long in = layer.in().channels();
    long inL1 =
        in * layer.inputRows(rows) * layer.in().width()
            + (long) n * rows * layer.out().width()
            + (layer.isChannelwise() ? n : in * n) * taps
            + n * 2L * layer.spec().requantizationBits() / 8
            + 16L * taps * in
            + 20;
    return bytes
        + (inL1 < tiles.l1Bytes() ? problem.weight(DoryHeuristics.L3_FITS_L1) : 0)
        + problem.weight(DoryHeuristics.L3_HEIGHT) * ((rows - 1) % 8)
        + (n % 4 == 0 ? problem.weight(DoryHeuristics.L3_CHANNELS) : 0)
        + (channels % n == 0 ? problem.weight(DoryHeuristics.L3_EQUAL) : 0)
        + (height % rows == 0 ? problem.weight(DoryHeuristics.L3_EQUAL) : 0)
        + (rows == height ? problem.weight(DoryHeuristics.L3_WHOLE_HEIGHT) : 0)
        + (n == channels ? problem.weight(DoryHeuristics.L3_WHOLE_CHANNELS) : 0);
  }
}
