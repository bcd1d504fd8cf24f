package dev.marlin.deployer.tiling;

import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Makes a plan of {@link PlacementSolver} better where {@link RuntimeTimeline}, which sees pieces
 * wait for each other, sees how: one layer at a time comes by another option or has its constants
 * fetched at another time, as long as that saves cycles and fits L2. Where tensors lie stays.
 */
final class PlacementPolish {
  /** Sweeps over all layers; the first finds most. */
  private static final int ROUNDS = 4;

  /** A plan must not hang on a piece that just comes in time, or on one that just does not. */
  private static final double[] SCALES = {0.96, 0.98, 1, 1.02, 1.04};

  /** Layers by which constants may come early: {@code L3_PREFETCHES} of {@code l3.h}. */
  private static final int FARTHEST = 16;

  private final TilingProblem problem;
  private final long[] tensors;

  /** The scale that was the worst last: the one that refuses a move soonest. */
  private int firstScale;

  /**
   * @param plan whose tensors stay in their memories
   */
  PlacementPolish(TilingProblem problem, List<PlacementOptions.Option> plan) {
    this.problem = problem;
    tensors = new long[plan.size()];
    for (Lifetime lifetime : problem.lifetimes().tensors()) {
      if (!isInL3(lifetime, plan)) {
        for (int step = lifetime.first(); step <= lifetime.last(); step++) {
          tensors[step] += L2Buffers.padded(lifetime.tensor().bytes());
        }
      }
    }
  }

  private boolean isInL3(Lifetime lifetime, List<PlacementOptions.Option> plan) {
    String name = lifetime.tensor().name();
    for (PlacementOptions.Option option : plan) {
      if (option.layer().layer().output().name().equals(name)) {
        return option.tiling().outputInL3();
      }
      for (int i = 0; i < option.layer().inputs(); i++) {
        if (option.layer().layer().inputs().get(i).name().equals(name)) {
          return option.tiling().inputsInL3().get(i);
        }
      }
    }
    return false;
  }

  /**
   * The plan, or a better one.
   *
   * @param others options of a layer, besides its own, that may take its place
   */
  List<PlacementOptions.Option> improve(
      List<PlacementOptions.Option> plan, IntFunction<List<PlacementOptions.Option>> others) {
    List<PlacementOptions.Option> best = plan;
    double least = total(best, Double.MAX_VALUE);
    for (int round = 0; round < ROUNDS; round++) {
      double before = least;
      for (int step = 0; step < best.size(); step++) {
        for (PlacementOptions.Option move : moves(best.get(step), step, others.apply(step))) {
          List<PlacementOptions.Option> alone = with(best, step, move);
          List<PlacementOptions.Option> inOrder = inOrder(alone, step);
          for (List<PlacementOptions.Option> moved :
              alone.equals(inOrder) ? List.of(alone) : List.of(alone, inOrder)) {
            double cycles = fits(moved) ? total(moved, least) : Double.MAX_VALUE;
            if (cycles < least) {
              least = cycles;
              best = moved;
            }
          }
        }
      }
      if (least >= before) {
        break;
      }
    }
    return best;
  }

  private static List<PlacementOptions.Option> with(
      List<PlacementOptions.Option> plan, int step, PlacementOptions.Option option) {
    List<PlacementOptions.Option> result = new ArrayList<>(plan);
    result.set(step, option);
    return result;
  }

  /**
   * The plan with the constants of the layers before {@code step} fetched no later than those of
   * {@code step}: what is fetched ahead comes in the order of the starts.
   */
  private static List<PlacementOptions.Option> inOrder(
      List<PlacementOptions.Option> plan, int step) {
    List<PlacementOptions.Option> result = plan;
    int start = step - plan.get(step).tiling().prefetchDistance();
    for (int between = start + 1; between < step; between++) {
      PlacementOptions.Option option = plan.get(between);
      if (option.layer().hasConstants() && option.tiling().prefetchDistance() < between - start) {
        result = with(result, between, option.withDistance(between - start));
      }
    }
    return result;
  }

  private static List<PlacementOptions.Option> moves(
      PlacementOptions.Option own, int step, List<PlacementOptions.Option> others) {
    List<PlacementOptions.Option> moves = new ArrayList<>();
    List<PlacementOptions.Option> all = new ArrayList<>(others);
    all.add(own);
    for (PlacementOptions.Option option : all) {
      int most = option.layer().hasConstants() ? Math.min(FARTHEST, step) : 0;
      for (int distance = 0; distance <= most; distance++) {
        moves.add(option.withDistance(distance));
      }
    }
    return moves;
  }

  /**
   * Cycles if computations take a little more or less than forecast, whichever is worst; or {@code
   * enough} or more if it is no less than that.
   */
  private double total(List<PlacementOptions.Option> plan, double enough) {
    double worst = 0;
    int worstScale = firstScale;
    for (int i = 0; i < SCALES.length && worst < enough; i++) {
      int scale = (firstScale + i) % SCALES.length;
      double total = RuntimeTimeline.total(plan, problem.hardware().l3(), SCALES[scale], enough);
      if (total > worst) {
        worst = total;
        worstScale = scale;
      }
    }
    firstScale = worstScale;
    return worst;
  }

  /** Whether every step fits L2. */
  private boolean fits(List<PlacementOptions.Option> plan) {
    long[] used = tensors.clone();
    for (int step = 0; step < used.length; step++) {
      PlacementOptions.Option option = plan.get(step);
      used[step] += option.bytes();
      for (int earlier = step - option.tiling().prefetchDistance(); earlier < step; earlier++) {
        used[earlier] += option.firstBytes();
      }
    }
    return Arrays.stream(used).allMatch(bytes -> bytes <= problem.l2Bytes());
  }
}
