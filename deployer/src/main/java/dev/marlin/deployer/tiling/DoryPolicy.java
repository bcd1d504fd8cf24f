package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What DORY would do, on the same kernels: its constraints, its objective with every term a weight,
 * its one loop order, its buffers, its L3 traffic.
 *
 * <p>{@code dory-gap8} is its target for the board: single buffers, every transfer waited for.
 * {@code dory-gvsoc} is its target for the simulator: double buffers. {@code dory-v0} is the
 * release that its paper describes: double buffers, and the constants of the next layer fetched
 * ahead.
 *
 * <p>DORY decides by its own sums of bytes. Where the kernels of this project need more than these
 * allow for, the next best tile is taken; where L2 has no room for a tensor that waits for a later
 * layer, it waits in L3.
 */
final class DoryPolicy implements TilingPolicy {
  private final String name;
  private final DoryRelease release;
  private final boolean fetchesAhead;
  private final List<Heuristic> heuristics;

  private DoryPolicy(
      String name, DoryRelease release, boolean fetchesAhead, List<Heuristic> heuristics) {
    this.name = name;
    this.release = release;
    this.fetchesAhead = fetchesAhead;
    this.heuristics = heuristics;
  }

  static DoryPolicy gap8() {
    return new DoryPolicy(
        "dory-gap8", new DoryHead(), false, DoryHeuristics.head(Buffering.SINGLE, 3500, 3400));
  }

  static DoryPolicy gvsoc() {
    return new DoryPolicy(
        "dory-gvsoc", new DoryHead(), false, DoryHeuristics.head(Buffering.DOUBLE, 3800, 3600));
  }

  static DoryPolicy paper() {
    return new DoryPolicy("dory-v0", new DoryPaper(), true, DoryHeuristics.paper());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Heuristic> heuristics() {
    return heuristics;
  }

  @Override
  public NetworkTiling tile(TilingProblem problem, TileCache cache) {
    List<L1Tiling> tiles = new ArrayList<>();
    List<L2Tiling> placements = place(problem, cache, tiles);
    return new Forecast(problem.hardware(), CostConstants.shipped())
        .of(problem.layers(), placements, tiles);
  }

  /** DORY's decisions for all layers, if L2 were as large as {@code l2Bytes} to it. */
  List<DoryTiling> decide(TilingProblem problem, long l2Bytes) {
    return decide(problem, l2Bytes, TileCache.NONE);
  }

  private List<DoryTiling> decide(TilingProblem problem, long l2Bytes, TileCache cache) {
    int bits = requantizationBits(problem);
    List<DoryLayer> layers =
        problem.layers().stream().map(layer -> DoryLayer.of(layer, bits)).toList();
    return release.tile(
        layers,
        new DoryRelease.Machine(
            l1Bytes(problem),
            l2Bytes,
            problem::weight,
            (position, tiling) -> runs(problem, problem.layers().get(position), tiling),
            memory(problem, bits, cache)));
  }

  /** What the tile of a piece depends on. */
  private record PieceKey(
      String machine, LayerShape layer, int constantBytes, int biasBytes, DoryTiling.Piece piece) {}

  private DoryRelease.Memory memory(TilingProblem problem, int bits, TileCache cache) {
    String machine =
        String.join(
            "\n",
            name,
            Integer.toString(bits),
            Integer.toString(problem.hardware().l1Bytes()),
            Integer.toString(problem.l1Bytes()),
            Integer.toString(problem.hardware().cores()),
            new TreeMap<>(problem.weights()).toString());
    return (position, piece, solve) -> {
      KernelLayer layer = problem.layers().get(position);
      DoryLayer sizes = DoryLayer.of(layer, bits);
      return cache.get(
          new PieceKey(
              machine, LayerShape.of(layer), sizes.constantBytes(), sizes.biasBytes(), piece),
          solve);
    };
  }

  /**
   * What DORY has its user say. Its examples say 64 for networks that scale the operands of
   * additions one by one, which its kernels of mixed precision are for.
   */
  private static int requantizationBits(TilingProblem problem) {
    int given = (int) problem.weight(DoryHeuristics.REQUANTIZATION_BITS);
    boolean mixed =
        problem.layers().stream()
            .anyMatch(
                layer ->
                    layer.layer() instanceof Addition addition
                        && (addition.firstScaling().divisor() != 1
                            || addition.secondScaling().divisor() != 1));
    return given > 0 ? given : mixed ? 64 : 32;
  }

  private static int buffers(TilingProblem problem) {
    return Buffering.of(problem.weight(Buffering.NAME), Buffering.SINGLE);
  }

  private static int l1Bytes(TilingProblem problem) {
    double stacks =
        problem.weight(DoryHeuristics.STACK_FIRST)
            + (problem.hardware().cores() - 1) * problem.weight(DoryHeuristics.STACK_OTHERS)
            + problem.weight(DoryHeuristics.L1_RESERVED);
    return (int) (thousands(problem.hardware().l1Bytes()) - stacks);
  }

  /**
   * L2 without the code, whose room DORY has its user guess; in its examples it grows with them.
   */
  static long l2Bytes(TilingProblem problem) {
    double code =
        Math.min(
            problem.weight(DoryHeuristics.L2_CODE_MOST),
            problem.weight(DoryHeuristics.L2_CODE)
                + problem.layers().size() * problem.weight(DoryHeuristics.L2_CODE_LAYER));
    return (long) (thousands(problem.hardware().l2Bytes()) - code);
  }

  /** DORY counts in thousands where the chip counts in KiB. */
  private static double thousands(int bytes) {
    return bytes / 1024.0 * 1000;
  }

  private static boolean runs(TilingProblem problem, KernelLayer layer, DoryTiling tiling) {
    L1Tiling l1 = tile(problem, tiling);
    boolean divides =
        tiling.l2().channels() == layer.out().channels()
            || tiling.l2().channels() % l1.channels() == 0;
    return divides
        && L1Buffers.of(
                    layer,
                    new L2Tiling(
                        List.of(), false, rows(layer, tiling.l2()), tiling.l2().channels(), 0),
                    l1,
                    problem.hardware().cores())
                .total()
            <= problem.l1Bytes();
  }

  private static L1Tiling tile(TilingProblem problem, DoryTiling tiling) {
    return new L1Tiling(
        tiling.l1().rows(),
        tiling.l1().columns(),
        tiling.l1().channels(),
        LoopOrder.CONSTANTS_STAY,
        buffers(problem) == Buffering.DOUBLE);
  }

  /** Output rows of a piece. */
  private static int rows(KernelLayer layer, DoryTiling.Piece piece) {
    if (piece.outputCut()) {
      return piece.outRows();
    }
    int rows = (piece.inRows() - layer.window().kernelHeight()) / layer.window().strideHeight() + 1;
    return piece.inputCut() ? Math.min(layer.out().height(), rows) : layer.out().height();
  }

  /**
   * Places of all tensors and buffers that L2 has room for. Adds the tile of each layer to {@code
   * tiles}.
   *
   * @throws InfeasibleException if DORY refuses, or if L2 has less than even the pieces need that
   *     DORY cuts for less and less of it
   */
  private List<L2Tiling> place(TilingProblem problem, TileCache cache, List<L1Tiling> tiles) {
    long l2Bytes = Math.min(l2Bytes(problem), problem.l2Bytes());
    while (true) {
      List<DoryTiling> decisions = decide(problem, l2Bytes, cache);
      Placement placement = new Placement(problem, decisions, fetchesAhead);
      long missing = placement.makeRoom();
      if (missing <= 0) {
        decisions.forEach(d -> tiles.add(tile(problem, d)));
        return placement.cuts();
      }
      l2Bytes -= Math.max(missing, l2Bytes / 32 + 1);
      if (l2Bytes <= 0) {
        throw new InfeasibleException(
            problem.layers().get(placement.fullest()).name(),
            MemoryLevel.L2,
            problem.l2Bytes() + missing,
            problem.l2Bytes());
      }
    }
  }

  /** What lies where under DORY's decisions. */
  private static final class Placement {
    private final TilingProblem problem;
    private final List<DoryTiling> decisions;
    private final boolean[] ahead;
    private final int[] stripes;
    private final int[] slices;
    private final Set<String> inL3 = new HashSet<>();

    Placement(TilingProblem problem, List<DoryTiling> decisions, boolean fetchesAhead) {
      this.problem = problem;
      this.decisions = decisions;
      ahead = new boolean[decisions.size()];
      stripes = new int[decisions.size()];
      slices = new int[decisions.size()];
      for (int i = 0; i < decisions.size(); i++) {
        KernelLayer layer = problem.layers().get(i);
        stripes[i] = rows(layer, decisions.get(i).l2());
        slices[i] = decisions.get(i).l2().channels();
        if (decisions.get(i).l2().outputCut()) {
          inL3.add(layer.layer().output().name());
        }
        ahead[i] =
            fetchesAhead
                && i > 0
                && layer.hasConstants()
                && decisions.get(i).l2().channels() == layer.out().channels();
      }
    }

    L2Tiling cut(int step) {
      KernelLayer layer = problem.layers().get(step);
      List<Boolean> inputs =
          layer.layer().inputs().stream().map(t -> inL3.contains(t.name())).toList();
      boolean output = inL3.contains(layer.layer().output().name());
      return new L2Tiling(
          inputs,
          output,
          output || inputs.contains(true) ? stripes[step] : layer.out().height(),
          slices[step],
          ahead[step] ? 1 : 0);
    }

    List<L2Tiling> cuts() {
      List<L2Tiling> cuts = new ArrayList<>();
      for (int step = 0; step < decisions.size(); step++) {
        cuts.add(cut(step));
      }
      return cuts;
    }

    /**
     * Makes every step fit, in this order: constants come late, tensors wait in L3, slices and then
     * stripes become smaller, operands come from L3. Returns the bytes that the fullest step then
     * still lacks, 0 or less for none.
     */
    long makeRoom() {
      while (true) {
        int step = fullest();
        long missing = used(step) - problem.l2Bytes();
        if (missing <= 0) {
          return missing;
        }
        if (step + 1 < ahead.length && ahead[step + 1]) {
          ahead[step + 1] = false;
        } else if (!letOneLeave(step, false)
            && !halve(slices, step, decisions.get(step).l1().channels())
            && !(cut(step).isStriped() && halve(stripes, step, decisions.get(step).l1().rows()))
            && !letOneLeave(step, true)) {
          return missing;
        }
      }
    }

    /** Makes a size about half as large, still a multiple of {@code unit}; false if it is one. */
    private static boolean halve(int[] sizes, int step, int unit) {
      if (sizes[step] <= unit) {
        return false;
      }
      sizes[step] = Math.max(1, sizes[step] / unit / 2) * unit;
      return true;
    }

    /**
     * The largest tensor that lives in {@code step}, one that it uses or one that waits, leaves L2;
     * false if there is none.
     */
    private boolean letOneLeave(int step, boolean used) {
      KernelLayer layer = problem.layers().get(step);
      Lifetime largest = null;
      for (Lifetime lifetime : problem.lifetimes().tensors()) {
        String tensor = lifetime.tensor().name();
        boolean uses =
            tensor.equals(layer.layer().output().name())
                || layer.layer().inputs().stream().anyMatch(t -> t.name().equals(tensor));
        if (lifetime.covers(step)
            && !inL3.contains(tensor)
            && uses == used
            && (largest == null || lifetime.tensor().bytes() > largest.tensor().bytes())) {
          largest = lifetime;
        }
      }
      return largest != null && inL3.add(largest.tensor().name());
    }

    int fullest() {
      int fullest = 0;
      for (int step = 1; step < decisions.size(); step++) {
        if (used(step) > used(fullest)) {
          fullest = step;
        }
      }
      return fullest;
    }

    private long used(int step) {
      long bytes = 0;
      for (Lifetime lifetime : problem.lifetimes().tensors()) {
        if (lifetime.covers(step) && !inL3.contains(lifetime.tensor().name())) {
          bytes += L2Buffers.padded(lifetime.tensor().bytes());
        }
      }
      bytes += buffers(step).total();
      if (step + 1 < ahead.length && ahead[step + 1]) {
        bytes += buffers(step + 1).constants();
      }
      return bytes;
    }

    private L2Buffers buffers(int step) {
      return L2Buffers.of(
          problem.layers().get(step), cut(step), decisions.get(step).l1().channels());
    }
  }
}
