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
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The step from L3 to L2 of the cycles policy, for the whole network at once, because layers share
 * L2: which tensors lie in L3, how the layers that touch them are cut into stripes, how constants
 * are cut into slices, and how much earlier they are fetched.
 *
 * <p>Variables: for each tensor whether it lies in L3; for each layer one of its {@link
 * PlacementOptions}, with constants that come at most {@value #NEAR} layers early. Constraints:
 * options agree with the tensors; in every step whole tensors, buffers and prefetched constants fit
 * L2 together. Objective: the sum over layers of the longer of computation and L3 traffic, plus
 * what L3 makes them wait. {@link PlacementPolish} then fetches from farther ahead.
 */
final class PlacementSolver {
  private static final double LIMIT = 1;

  /** The solver gets more time where it has found nothing yet. */
  private static final double MOST_LIMIT = 512;

  private static final int CYCLES_PER_STEP = 16;
  private static final int MOST_COST = Integer.MAX_VALUE / 64;

  /** Layers by which constants may come early; most need no more. */
  private static final int NEAR = 2;

  /** Of all cycles, the part for which a layer must wait to fetch from afar. */
  private static final int WORTH_WAITING = 200;

  /** What a step of cycles weighs against a layer of earlier prefetch: that decides only ties. */
  private static final int TIE = 8;

  private final TilingProblem problem;
  private final TileSolver tiles;
  private final Map<List<Object>, List<PlacementOptions.Option>> known = new HashMap<>();

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
    List<PlacementOptions.Option> found = solve(mayLeave);
    if (found.isEmpty()) {
      Arrays.fill(mayLeave, true);
      found = solve(mayLeave);
    }
    if (found.isEmpty()) {
      throw worstLayer();
    }
    return polished(found).stream().map(PlacementOptions.Option::tiling).toList();
  }

  /** The plan with options and fetches that the timeline finds better. */
  private List<PlacementOptions.Option> polished(List<PlacementOptions.Option> plan) {
    Set<Integer> waiting = waiting(plan);
    return new PlacementPolish(problem, plan)
        .improve(plan, step -> waiting.contains(step) ? samePlaces(step, plan) : List.of());
  }

  /** The options of a layer whose tensors lie where {@code plan} has them. */
  private List<PlacementOptions.Option> samePlaces(int step, List<PlacementOptions.Option> plan) {
    L2Tiling own = plan.get(step).tiling();
    boolean[] mayLeave = new boolean[problem.lifetimes().tensors().size()];
    int[] tensors = tensors(step);
    for (int i = 0; i < tensors.length; i++) {
      mayLeave[tensors[i]] = isInL3(own, i);
    }
    return options(step, mayLeave).stream()
        .filter(
            o ->
                o.tiling().inputsInL3().equals(own.inputsInL3())
                    && o.tiling().outputInL3() == own.outputInL3())
        .toList();
  }

  /** The layers that wait so long for constants that these should come from farther ahead. */
  private Set<Integer> waiting(List<PlacementOptions.Option> plan) {
    List<RuntimeTimeline.Forecast> layers = RuntimeTimeline.forecast(plan, problem.hardware().l3());
    double least =
        layers.stream().mapToDouble(RuntimeTimeline.Forecast::cycles).sum() / WORTH_WAITING;
    return IntStream.range(0, plan.size())
        .filter(step -> layers.get(step).waits() > least)
        .boxed()
        .collect(Collectors.toSet());
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
    List<Boolean> inL3 =
        layer.layer().inputs().stream().map(t -> mayLeave[index(t.name())]).toList();
    boolean outL3 = mayLeave[index(layer.layer().output().name())];
    return known.computeIfAbsent(
        List.of(step, inL3, outL3),
        key ->
            PlacementOptions.of(
                layer, inL3, outL3, tiles.granule(layer), problem.hardware().l3(), tiles));
  }

  private int index(String tensor) {
    return problem.lifetimes().indexOf(tensor);
  }

  /** Solves with those tensors in L3 that may leave L2; empty if there is no solution. */
  private List<PlacementOptions.Option> solve(boolean[] mayLeave) {
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
      Step own = builders[step];
      own.options = optionsAndDistances(step, mayLeave);
      own.hint = fallback(own.options, tensors(step), mayLeave);
      addOptions(model, step, builders, left, objective);
    }
    for (int step = 0; step < steps; step++) {
      addFetches(model, step, builders, objective);
    }
    for (Step step : builders) {
      model.addLessOrEqual(step.used, problem.l2Bytes() / L2Buffers.ALIGNMENT);
      model.addLessOrEqual(step.fetched, step.room);
    }
    model.minimize(objective);
    CpSat.Answer answer = CpSat.solve(model, LIMIT);
    for (double limit = 8 * LIMIT; isUnknown(answer) && limit <= MOST_LIMIT; limit *= 8) {
      answer = CpSat.solve(model, limit);
    }
    if (answer.status() == CpSolverStatus.INFEASIBLE) {
      return List.of();
    }
    if (!answer.isFeasible()) {
      throw new IllegalStateException(
          "CP-SAT found no placement within its limit of " + MOST_LIMIT + ": " + answer.status());
    }
    List<PlacementOptions.Option> result = new ArrayList<>();
    for (Step step : builders) {
      for (int o = 0; o < step.options.size(); o++) {
        if (answer.solver().booleanValue(step.chosen.get(o))) {
          result.add(step.options.get(o));
        }
      }
    }
    return result;
  }

  /** Positions of the tensors that a layer touches: its inputs, then its output. */
  private int[] tensors(int step) {
    Layer layer = problem.layers().get(step).layer();
    return Stream.concat(layer.inputs().stream(), Stream.of(layer.output()))
        .mapToInt(tensor -> index(tensor.name()))
        .toArray();
  }

  /** The variables and sums of one step of the schedule. */
  private static final class Step {
    final LinearExprBuilder used = LinearExpr.newBuilder();

    /** Cycles of L3 that are free in this step, and those that fetch ahead. */
    final LinearExprBuilder room = LinearExpr.newBuilder();

    final LinearExprBuilder fetched = LinearExpr.newBuilder();

    final List<Literal> chosen = new ArrayList<>();
    List<PlacementOptions.Option> options = List.of();

    /** The option to begin with; -1 for none. */
    int hint;
  }

  /** The options of a layer, each with every distance at which its constants may be fetched. */
  private List<PlacementOptions.Option> optionsAndDistances(int step, boolean[] mayLeave) {
    List<PlacementOptions.Option> result = new ArrayList<>();
    int farthest = problem.layers().get(step).hasConstants() ? Math.min(NEAR, step) : 0;
    for (PlacementOptions.Option option : options(step, mayLeave)) {
      for (int distance = 0; distance <= farthest; distance++) {
        result.add(option.withDistance(distance));
      }
    }
    return result;
  }

  /**
   * When the first slice of a layer's constants comes: in the steps from the start of its fetch, as
   * far as they have room; the layer waits for the rest.
   */
  private static void addFetches(
      CpModel model, int step, Step[] builders, LinearExprBuilder objective) {
    Step own = builders[step];
    LinearExprBuilder come = LinearExpr.newBuilder();
    LinearExprBuilder due = LinearExpr.newBuilder();
    int farthest = 0;
    for (int o = 0; o < own.options.size(); o++) {
      int distance = own.options.get(o).tiling().prefetchDistance();
      farthest = Math.max(farthest, distance);
      if (distance > 0) {
        due.addTerm(own.chosen.get(o), cost(own.options.get(o).firstCycles()));
      }
    }
    if (farthest == 0) {
      return;
    }
    for (int earlier = step - farthest; earlier < step; earlier++) {
      IntVar part = model.newIntVar(0, MOST_COST, "");
      LinearExprBuilder started = LinearExpr.newBuilder();
      for (int o = 0; o < own.options.size(); o++) {
        if (own.options.get(o).tiling().prefetchDistance() >= step - earlier) {
          started.addTerm(own.chosen.get(o), cost(own.options.get(o).firstCycles()));
        }
      }
      model.addHint(part, 0);
      model.addLessOrEqual(part, started);
      builders[earlier].fetched.add(part);
      come.add(part);
    }
    IntVar late = model.newIntVar(0, MOST_COST, "");
    model.addHint(late, 0);
    come.add(late);
    model.addGreaterOrEqual(come, due);
    objective.addTerm(late, TIE);
  }

  private void addOptions(
      CpModel model, int step, Step[] builders, BoolVar[] left, LinearExprBuilder objective) {
    Step own = builders[step];
    int[] tensors = tensors(step);
    LinearExprBuilder[] choices = new LinearExprBuilder[tensors.length];
    Arrays.setAll(choices, i -> LinearExpr.newBuilder());
    for (int o = 0; o < own.options.size(); o++) {
      PlacementOptions.Option option = own.options.get(o);
      BoolVar x = model.newBoolVar("");
      model.addHint(x, o == own.hint);
      own.chosen.add(x);
      own.used.addTerm(x, units(option.bytes()));
      own.room.addTerm(x, cost(option.room()));
      int distance = option.tiling().prefetchDistance();
      for (int earlier = step - distance; earlier < step; earlier++) {
        builders[earlier].used.addTerm(x, units(option.firstBytes()));
      }
      for (int i = 0; i < tensors.length; i++) {
        choices[i].addTerm(x, isInL3(option.tiling(), i) ? 1 : 0);
      }
      long cycles =
          Math.max(option.computeCycles(), option.streamCycles())
              + option.waitCycles()
              + (distance == 0 ? option.firstCycles() : 0);
      objective.addTerm(x, TIE * cost(cycles) + distance);
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

  private static boolean isUnknown(CpSat.Answer answer) {
    return answer.status() != CpSolverStatus.INFEASIBLE && !answer.isFeasible();
  }
}
