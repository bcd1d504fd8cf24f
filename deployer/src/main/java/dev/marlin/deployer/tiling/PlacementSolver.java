package dev.marlin.deployer.tiling;

import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.schedule.Lifetimes;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
  private static final double LIMIT = 4;

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
        problem.hardware().l3());
  }

  private int index(String tensor) {
    return problem.lifetimes().indexOf(tensor);
  }

  /** Solves with those tensors in L3 that may leave L2; empty if there is no solution. */
  private List<L2Tiling> solve(boolean[] mayLeave) {
    Lifetimes lifetimes = problem.lifetimes();
    int steps = problem.layers().size();
    CpModel model = CpSat.model();
    LinearExprBuilder objective = LinearExpr.newBuilder();
    LinearExprBuilder[] used = builders(steps);
    LinearExprBuilder[] traffic = builders(steps);
    LinearExprBuilder[] compute = builders(steps);
    List<List<Literal>> prefetches = new ArrayList<>();
    IntStream.range(0, steps).forEach(step -> prefetches.add(new ArrayList<>()));

    Literal[] left = new Literal[lifetimes.tensors().size()];
    for (int t = 0; t < left.length; t++) {
      Lifetime lifetime = lifetimes.tensors().get(t);
      int bytes = L2Buffers.padded(lifetime.tensor().bytes());
      left[t] = mayLeave[t] ? model.newBoolVar("left_" + t) : model.falseLiteral();
      for (int step = lifetime.first(); step <= lifetime.last(); step++) {
        used[step].add(bytes).addTerm(left[t], -bytes);
      }
    }

    List<List<PlacementOptions.Option>> options = new ArrayList<>();
    List<List<Literal>> chosen = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      KernelLayer layer = problem.layers().get(step);
      List<Literal> literals = new ArrayList<>();
      options.add(options(step, mayLeave));
      for (PlacementOptions.Option option : options.get(step)) {
        BoolVar x = model.newBoolVar("");
        literals.add(x);
        L2Tiling tiling = option.tiling();
        used[step].addTerm(x, option.bytes());
        for (int i = 0; i < tiling.inputsInL3().size(); i++) {
          imply(
              model,
              x,
              left[index(layer.layer().inputs().get(i).name())],
              tiling.inputsInL3().get(i));
        }
        imply(model, x, left[index(layer.layer().output().name())], tiling.outputInL3());
        int distance = tiling.prefetchDistance();
        for (int earlier = step - distance; earlier < step; earlier++) {
          used[earlier].addTerm(x, option.prefetchedBytes());
        }
        if (distance > 0) {
          traffic[step - distance].addTerm(x, option.prefetchCycles());
          prefetches.get(step - distance).add(x);
        }
        traffic[step].addTerm(x, option.streamCycles());
        compute[step].addTerm(x, tiles.cycles(layer, tiling));
        objective.addTerm(x, scaled(option.waitCycles()) + tieBreak(option));
      }
      model.addExactlyOne(literals);
      chosen.add(literals);
    }

    for (int step = 0; step < steps; step++) {
      model.addLessOrEqual(used[step], problem.l2Bytes());
      model.addAtMostOne(prefetches.get(step));
      IntVar cycles = model.newIntVar(0, Integer.MAX_VALUE, "cycles_" + step);
      model.addGreaterOrEqual(cycles, compute[step]);
      model.addGreaterOrEqual(cycles, traffic[step]);
      objective.addTerm(cycles, scaled(1));
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
    for (int step = 0; step < steps; step++) {
      for (int o = 0; o < chosen.get(step).size(); o++) {
        if (answer.solver().booleanValue(chosen.get(step).get(o))) {
          result.add(options.get(step).get(o).tiling());
        }
      }
    }
    return result;
  }

  private static void imply(CpModel model, BoolVar option, Literal left, boolean inL3) {
    model.addImplication(option, inL3 ? left : left.not());
  }

  /** Room below a cycle for what decides between equals. */
  private static long scaled(long cycles) {
    return cycles * 1024;
  }

  /** Among equals few pieces and late prefetches. */
  private static long tieBreak(PlacementOptions.Option option) {
    return option.tiling().prefetchDistance() + 1L;
  }

  private static LinearExprBuilder[] builders(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> LinearExpr.newBuilder())
        .toArray(LinearExprBuilder[]::new);
  }
}
