package dev.marlin.deployer.tiling;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearArgument;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The step from L3 to L2 of the cycles policy, for the whole network at once, because layers share
 * L2: which tensors lie in L3, how the layers that touch them are cut into stripes, how constants
 * are cut into slices, and how much earlier they are fetched.
 *
 * <p>Variables: for each tensor whether it lies in L3; for each layer one of its {@link
 * PlacementOptions}. Constraints: options agree with the tensors; one prefetch starts in a layer;
 * in every step whole tensors, buffers and prefetched constants fit L2 together. Objective: the sum
 * over layers of the longer of computation and L3 traffic, plus what L3 makes them wait.
 */
final class PlacementSolver {
  private static final double LIMIT = 1;
  private static final int CYCLES_PER_STEP = 16;

  /** What a step of cycles weighs against a layer of earlier prefetch: that decides only ties. */
  private static final int TIE = 8;

  private final TilingProblem problem;
  private final TileSolver tiles;

  PlacementSolver(TilingProblem problem, TileSolver tiles) {
    this.problem = problem;
    this.tiles = tiles;
  }

  /**
   * The cut of each layer between L3 and L2, in order.
   *
   * @throws InfeasibleException if a layer does not fit L2 with all its tensors in L3
   */
  List<L2Tiling> solve() {
    List<Lifetime> tensors = problem.lifetimes().tensors();
    boolean[] crowded = crowdedSteps();
    boolean[] mayLeave = new boolean[tensors.size()];
    for (int t = 0; t < tensors.size(); t++) {
      Lifetime lifetime = tensors.get(t);
      mayLeave[t] =
          IntStream.rangeClosed(lifetime.first(), lifetime.last()).anyMatch(step -> crowded[step]);
    }
    List<L2Tiling> found = solve(mayLeave);
    if (found.isEmpty()) {
      Arrays.fill(mayLeave, true);
      found = solve(mayLeave);
    }
    if (found.isEmpty()) {
      throw worstLayer();
    }
    return found;
  }

  /** Steps in which not all live tensors and the smallest buffers for constants fit L2. */
  private boolean[] crowdedSteps() {
    boolean[] crowded = new boolean[problem.layers().size()];
    boolean[] nowhere = new boolean[problem.lifetimes().tensors().size()];
    for (int step = 0; step < crowded.length; step++) {
      int now = step;
      long live =
          problem.lifetimes().tensors().stream()
              .filter(t -> t.covers(now))
              .mapToLong(t -> L2Buffers.padded(t.tensor().bytes()))
              .sum();
      crowded[step] = live + leastBytes(step, nowhere) > problem.l2Bytes();
    }
    return crowded;
  }

  private long leastBytes(int step, boolean[] mayLeave) {
    return options(step, mayLeave).stream()
        .mapToLong(PlacementOptions.Option::bytes)
        .min()
        .orElseThrow();
  }

  private InfeasibleException worstLayer() {
    boolean[] everywhere = new boolean[problem.lifetimes().tensors().size()];
    Arrays.fill(everywhere, true);
    int worst = 0;
    long most = 0;
    for (int step = 0; step < problem.layers().size(); step++) {
      long least =
          options(step, everywhere).stream()
              .filter(o -> o.tiling().outputInL3() && !o.tiling().inputsInL3().contains(false))
              .mapToLong(PlacementOptions.Option::bytes)
              .min()
              .orElseThrow();
      if (least > most) {
        most = least;
        worst = step;
      }
    }
    return new InfeasibleException(
        problem.layers().get(worst).name(), MemoryLevel.L2, most, problem.l2Bytes());
  }

  private List<PlacementOptions.Option> options(int step, boolean[] mayLeave) {
    KernelLayer layer = problem.layers().get(step);
    return PlacementOptions.of(
        layer,
        step,
        layer.layer().inputs().stream().map(t -> mayLeave[index(t.name())]).toList(),
        mayLeave[index(layer.layer().output().name())],
        tiles.granule(layer),
        problem.hardware().l3(),
        tiling -> tiles.cycles(layer, tiling));
  }

  private int index(String tensor) {
    return problem.lifetimes().indexOf(tensor);
  }

  /** Solves with those tensors in L3 that may leave L2; empty if there is no solution. */
  private List<L2Tiling> solve(boolean[] mayLeave) {
    int steps = problem.layers().size();
    CpModel model = CpSat.model();
    Step[] builders = new Step[steps];
    Arrays.setAll(builders, step -> new Step());
    LinearExprBuilder objective = LinearExpr.newBuilder();
    List<Lifetime> tensors = problem.lifetimes().tensors();
    BoolVar[] left = new BoolVar[tensors.size()];
    for (int t = 0; t < left.length; t++) {
      int units = units(L2Buffers.padded(tensors.get(t).tensor().bytes()));
      left[t] = model.newBoolVar("left_" + t);
      model.addHint(left[t], mayLeave[t]);
      if (!mayLeave[t]) {
        model.addEquality(left[t], 0);
      }
      for (int step = tensors.get(t).first(); step <= tensors.get(t).last(); step++) {
        builders[step].used.add(units).addTerm(left[t], -units);
      }
    }
    for (int step = 0; step < steps; step++) {
      addOptions(model, step, builders, left, mayLeave, objective);
    }
    for (Step step : builders) {
      model.addLessOrEqual(step.used, problem.l2Bytes() / L2Buffers.ALIGNMENT);
      model.addAtMostOne(step.prefetches);
      IntVar waiting = model.newIntVar(0, Integer.MAX_VALUE, "");
      model.addGreaterOrEqual(
          LinearExpr.sum(new LinearArgument[] {waiting, step.compute}), step.traffic);
      objective.addTerm(waiting, TIE);
    }
    model.minimize(objective);
    CpSat.Answer answer = CpSat.solve(model, LIMIT);
    if (answer.status() == CpSolverStatus.INFEASIBLE) {
      return List.of();
    }
    if (!answer.isFeasible()) {
      throw new IllegalStateException(
          "CP-SAT found no placement within its limit of " + LIMIT + ": " + answer.status());
    }
    List<L2Tiling> result = new ArrayList<>();
    for (Step step : builders) {
      for (int o = 0; o < step.options.size(); o++) {
        if (answer.solver().booleanValue(step.chosen.get(o))) {
          result.add(step.options.get(o).tiling());
        }
      }
    }
    return result;
  }

  /** The variables and sums of one step of the schedule. */
  private static final class Step {
    final LinearExprBuilder used = LinearExpr.newBuilder();
    final LinearExprBuilder traffic = LinearExpr.newBuilder();
    final LinearExprBuilder compute = LinearExpr.newBuilder();
    final List<Literal> prefetches = new ArrayList<>();
    final List<Literal> chosen = new ArrayList<>();
    List<PlacementOptions.Option> options = List.of();
  }

  private void addOptions(
      CpModel model,
      int step,
      Step[] builders,
      BoolVar[] left,
      boolean[] mayLeave,
      LinearExprBuilder objective) {
    KernelLayer layer = problem.layers().get(step);
    Step own = builders[step];
    own.options = options(step, mayLeave);
    int[] tensors =
        Stream.concat(layer.layer().inputs().stream(), Stream.of(layer.layer().output()))
            .mapToInt(tensor -> index(tensor.name()))
            .toArray();
    LinearExprBuilder[] choices = new LinearExprBuilder[tensors.length];
    Arrays.setAll(choices, i -> LinearExpr.newBuilder());
    int fallback = fallback(own.options, tensors, mayLeave);
    for (int o = 0; o < own.options.size(); o++) {
      PlacementOptions.Option option = own.options.get(o);
      BoolVar x = model.newBoolVar("");
      model.addHint(x, o == fallback);
      own.chosen.add(x);
      own.used.addTerm(x, units(option.bytes()));
      own.traffic.addTerm(x, cost(option.streamCycles()));
      own.compute.addTerm(x, cost(option.computeCycles()));
      int distance = option.tiling().prefetchDistance();
      for (int earlier = step - distance; earlier < step; earlier++) {
        builders[earlier].used.addTerm(x, units(option.prefetchedBytes()));
      }
      if (distance > 0) {
        builders[step - distance].traffic.addTerm(x, cost(option.prefetchCycles()));
        builders[step - distance].prefetches.add(x);
      }
      for (int i = 0; i < tensors.length; i++) {
        choices[i].addTerm(x, isInL3(option.tiling(), i) ? 1 : 0);
      }
      objective.addTerm(x, TIE * cost(option.waitCycles() + option.computeCycles()) + distance);
    }
    model.addExactlyOne(own.chosen);
    for (int i = 0; i < tensors.length; i++) {
      model.addEquality(choices[i], left[tensors[i]]);
    }
  }

  /** The option with the fewest bytes when all tensors that may leave L2 do: it always fits. */
  private static int fallback(
      List<PlacementOptions.Option> options, int[] tensors, boolean[] mayLeave) {
    int best = -1;
    for (int o = 0; o < options.size(); o++) {
      L2Tiling tiling = options.get(o).tiling();
      boolean matches = tiling.prefetchDistance() == 0;
      for (int i = 0; i < tensors.length; i++) {
        matches &= isInL3(tiling, i) == mayLeave[tensors[i]];
      }
      if (matches && (best < 0 || options.get(o).bytes() < options.get(best).bytes())) {
        best = o;
      }
    }
    return best;
  }

  /** Whether the layer's operand {@code i}, inputs first and then the output, lies in L3. */
  private static boolean isInL3(L2Tiling tiling, int i) {
    return i < tiling.inputsInL3().size() ? tiling.inputsInL3().get(i) : tiling.outputInL3();
  }

  /** Bytes in multiples of the alignment, which all buffers are. */
  private static int units(int bytes) {
    return bytes / L2Buffers.ALIGNMENT;
  }

  /**
   * Cycles in steps that are coarse enough for small numbers and fine enough to tell options apart.
   */
  private static long cost(long cycles) {
    return (cycles + CYCLES_PER_STEP / 2) / CYCLES_PER_STEP;
  }
}
