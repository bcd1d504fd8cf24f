package dev.marlin.deployer.tiling;

import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.TableConstraint;
import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.kernels.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The step from L2 to L1 of the cycles policy: the tile of a layer, whose stripes and slices are
 * given, that takes the fewest predicted cycles and fits L1.
 *
 * <p>Variables: height, width and channels of the tile, loop order, overlap. The sizes worth trying
 * are few ({@link Candidates}), the cost is no polynomial (maxima, border tiles), and only tiles on
 * the front of cycles against bytes can be best: these become the rows of a table constraint.
 * CP-SAT minimises cycles, then bytes of L1, under the limit of L1.
 */
final class TileSolver {
  private static final double LIMIT = 2;
  private static final int FEW_TILES = 4;
  private static final int DEPTH_BLOCK = 4;
  private static final int MAX_SIZE = 65535;

  /** The best first; ties are broken so that every machine has the same order. */
  private static final Comparator<Candidate> ORDER =
      Comparator.comparingLong(Candidate::cycles)
          .thenComparingInt(Candidate::bytes)
          .thenComparingInt(c -> -c.tile().width())
          .thenComparingInt(c -> -c.tile().height())
          .thenComparingInt(c -> -c.tile().channels())
          .thenComparing(c -> c.tile().order())
          .thenComparing(c -> c.tile().overlap());

  private final TilingProblem problem;
  private final CostConstants constants;
  private final RegionCost.Weights weights;
  private final TileCache cache;
  private final int buffers;
  private final String machine;
  private final IdentityHashMap<KernelLayer, LayerShape> shapes = new IdentityHashMap<>();
  private final IdentityHashMap<KernelLayer, TileCost> costs = new IdentityHashMap<>();
  private final Map<Key, List<Candidate>> fronts = new HashMap<>();
  private final Map<Key, Choice> fewest = new HashMap<>();
  private final Map<Key, Choice> solved = new HashMap<>();

  TileSolver(TilingProblem problem, CostConstants constants, RegionCost.Weights weights) {
    this(problem, constants, weights, TileCache.NONE);
  }

  TileSolver(
      TilingProblem problem, CostConstants constants, RegionCost.Weights weights, TileCache cache) {
    this.problem = problem;
    this.constants = constants;
    this.weights = weights;
    this.cache = cache;
    this.buffers = Buffering.of(problem.weight(Buffering.NAME), Buffering.EITHER);
    this.machine = machine(problem, constants, weights);
  }

  /**
   * A tile and its predicted cycles.
   *
   * @param cycles of the whole layer
   */
  record Choice(L1Tiling tile, long cycles) {}

  /** A tile worth trying. */
  private record Candidate(L1Tiling tile, int bytes, long cycles) {}

  /** What makes two layers the same problem; constants and names do not matter. */
  private record Key(LayerShape layer, int stripe, int slice) {}

  /** What the tiles of a layer depend on, for {@link TileCache}. */
  private record CacheKey(Key key, boolean solved, String machine) {}

  /** Text, whose hash is kept: keys are made for thousands of cuts. */
  private static String machine(
      TilingProblem problem, CostConstants constants, RegionCost.Weights weights) {
    return String.join(
        "\n",
        "cycles",
        Integer.toString(problem.l1Bytes()),
        Double.toString(problem.weight(Buffering.NAME)),
        Integer.toString(problem.hardware().cores()),
        problem.hardware().dma().toString(),
        weights.toString(),
        new TreeMap<>(constants.values()).toString());
  }

  /**
   * The best tile.
   *
   * @throws InfeasibleException if not even the smallest tile fits L1
   */
  Choice solve(KernelLayer layer, L2Tiling l2) {
    Key key = key(layer, l2);
    Choice known = solved.get(key);
    if (known == null) {
      known = cache.get(new CacheKey(key, true, machine), () -> choose(front(key, layer, l2)));
      solved.put(key, known);
    }
    return known;
  }

  /**
   * The tile of fewest cycles, whatever it takes of L1.
   *
   * @throws InfeasibleException if not even the smallest tile fits L1
   */
  Choice fewestCycles(KernelLayer layer, L2Tiling l2) {
    Key key = key(layer, l2);
    Choice known = fewest.get(key);
    if (known == null) {
      known =
          cache.get(
              new CacheKey(key, false, machine),
              () -> {
                Candidate best = front(key, layer, l2).get(0);
                return new Choice(best.tile(), best.cycles());
              });
      fewest.put(key, known);
    }
    return known;
  }

  /**
   * The tiles of fewest predicted cycles, {@code first} before all others, that take no more of L2
   * than it does: at most {@code count}.
   */
  List<L1Tiling> best(KernelLayer layer, L2Tiling l2, L1Tiling first, int count) {
    L2Buffers room = L2Buffers.of(layer, l2, first.channels(), first.depth());
    return Stream.concat(
            Stream.of(first),
            fitting(layer, l2).stream()
                .sorted(ORDER)
                .map(Candidate::tile)
                .filter(
                    tile ->
                        L2Buffers.of(layer, l2, tile.channels(), tile.depth()).constants()
                            <= room.constants()))
        .distinct()
        .limit(Math.max(1, count))
        .toList();
  }

  private List<Candidate> front(Key key, KernelLayer layer, L2Tiling l2) {
    List<Candidate> front = fronts.get(key);
    if (front == null) {
      front = paretoFront(fitting(layer, l2));
      fronts.put(key, front);
    }
    return front;
  }

  private Key key(KernelLayer layer, L2Tiling l2) {
    return new Key(
        shapes.computeIfAbsent(layer, LayerShape::of), l2.stripeHeight(), l2.sliceChannels());
  }

  /** Channels that a slice must be a multiple of for some tile to fit L1. */
  int granule(KernelLayer layer) {
    int block = Math.min(layer.kernel().channelBlock(), layer.out().channels());
    if (layer.steps().isPresent() && layer.spec().groups() == 1) {
      return block;
    }
    boolean whole = layer.spec().operation() == Operation.CONCATENATION;
    while (!whole && block > 1 && bytes(layer, whole(layer), smallest(block)) > problem.l1Bytes()) {
      block = TileGrid.ceilDiv(block, 2);
    }
    return block;
  }

  static L2Tiling whole(KernelLayer layer) {
    return new L2Tiling(List.of(), false, layer.out().height(), layer.out().channels(), 0);
  }

  private L1Tiling smallest(int channels) {
    return new L1Tiling(1, 1, channels, LoopOrder.CONSTANTS_STAY, buffers == Buffering.DOUBLE);
  }

  private int bytes(KernelLayer layer, L2Tiling l2, L1Tiling tile) {
    return L1Buffers.of(layer, l2, tile, problem.hardware().cores()).total();
  }

  private RegionCost cost(KernelLayer layer) {
    return new RegionCost(layer, costs(layer), weights);
  }

  /** What tiles of {@code layer} cost. */
  TileCost costs(KernelLayer layer) {
    return costs.computeIfAbsent(layer, l -> new TileCost(problem.hardware(), l, constants));
  }

  /** All tiles worth trying. */
  private List<Candidate> fitting(KernelLayer layer, L2Tiling l2) {
    RegionCost cost = cost(layer);
    int granule = granule(layer);
    List<Candidate> all = new ArrayList<>();
    int least = Integer.MAX_VALUE;
    for (int channels : Candidates.sizes(l2.sliceChannels(), granule)) {
      if (l2.sliceChannels() != layer.out().channels() && l2.sliceChannels() % channels != 0) {
        continue;
      }
      for (int height : Candidates.sizes(l2.stripeHeight(), 1)) {
        for (int width : Candidates.sizes(layer.out().width(), 1)) {
          least = Math.min(least, addFitting(all, cost, layer, l2, height, width, channels));
        }
      }
    }
    if (all.isEmpty()) {
      least = Math.min(least, addDeep(all, cost, layer, l2));
    }
    if (all.isEmpty()) {
      throw new InfeasibleException(layer.name(), MemoryLevel.L1, least, problem.l1Bytes());
    }
    return all;
  }

  /**
   * Adds tiles whose input channels come in steps, for a layer none of whose tiles fits L1
   * otherwise: for each size the deepest steps that fit. Returns the least bytes of L1.
   */
  private int addDeep(List<Candidate> all, RegionCost cost, KernelLayer layer, L2Tiling l2) {
    int least = Integer.MAX_VALUE;
    if (layer.steps().isEmpty()) {
      return least;
    }
    List<Integer> depths = Candidates.sizes(layer.groupInputs(), DEPTH_BLOCK);
    for (int channels : Candidates.sizes(l2.sliceChannels(), 1)) {
      boolean grouped = layer.spec().groups() > 1;
      if ((grouped && layer.groupOutputs() % channels != 0)
          || (l2.sliceChannels() != layer.out().channels() && l2.sliceChannels() % channels != 0)) {
        continue;
      }
      for (int height : Candidates.sizes(l2.stripeHeight(), 1)) {
        for (int width : Candidates.sizes(layer.out().width(), 1)) {
          for (boolean overlap : overlaps()) {
            int best = 0;
            for (int depth : depths) {
              L1Tiling tile =
                  new L1Tiling(height, width, channels, depth, LoopOrder.CONSTANTS_STAY, overlap);
              int bytes = bytes(layer, l2, tile);
              least = Math.min(least, bytes);
              if (bytes <= problem.l1Bytes()) {
                best = Math.max(best, depth);
              }
            }
            if (best > 0) {
              L1Tiling tile =
                  new L1Tiling(height, width, channels, best, LoopOrder.CONSTANTS_STAY, overlap);
              all.add(
                  new Candidate(tile, bytes(layer, l2, tile), layerCycles(cost, layer, l2, tile)));
            }
          }
        }
      }
    }
    return least;
  }

  private List<Boolean> overlaps() {
    return switch (buffers) {
      case Buffering.SINGLE -> List.of(false);
      case Buffering.DOUBLE -> List.of(true);
      default -> List.of(true, false);
    };
  }

  /**
   * Adds the tiles of one size that fit L1: with overlap, or without where that fits and overlap
   * does not. Orders are tried where they differ. Returns the least bytes of L1.
   */
  private int addFitting(
      List<Candidate> all,
      RegionCost cost,
      KernelLayer layer,
      L2Tiling l2,
      int height,
      int width,
      int channels) {
    boolean overlaps = buffers != Buffering.SINGLE;
    L1Tiling tile = new L1Tiling(height, width, channels, LoopOrder.CONSTANTS_STAY, overlaps);
    int bytes = bytes(layer, l2, tile);
    if (bytes > problem.l1Bytes() && buffers == Buffering.EITHER) {
      tile = new L1Tiling(height, width, channels, LoopOrder.CONSTANTS_STAY, false);
      bytes = bytes(layer, l2, tile);
    }
    if (bytes > problem.l1Bytes()) {
      return bytes;
    }
    all.add(new Candidate(tile, bytes, layerCycles(cost, layer, l2, tile)));
    boolean ordersDiffer =
        !layer.isChannelwise()
            && channels < l2.sliceChannels()
            && (height < l2.stripeHeight() || width < layer.out().width());
    if (ordersDiffer) {
      tile = new L1Tiling(height, width, channels, LoopOrder.INPUT_STAYS, tile.overlap());
      all.add(new Candidate(tile, bytes, layerCycles(cost, layer, l2, tile)));
    }
    return bytes;
  }

  /**
   * Cycles of all stripes and slices, one after the other. With overlap the first load and the last
   * store stand alone; so few tiles may gain nothing, but they lose nothing either.
   */
  static long layerCycles(RegionCost cost, KernelLayer layer, L2Tiling l2, L1Tiling tile) {
    double cycles = cost.edges(tile) + regions(cost, layer, l2, tile);
    if (tile.overlap() && TileGrid.tiles(layer, l2, tile) <= FEW_TILES) {
      L1Tiling turns = tile.withoutOverlap();
      cycles = Math.min(cycles, cost.edges(turns) + regions(cost, layer, l2, turns));
    }
    return Math.round(cycles);
  }

  private static double regions(RegionCost cost, KernelLayer layer, L2Tiling l2, L1Tiling tile) {
    int rows = layer.out().height();
    int channels = layer.out().channels();
    int slices = channels / l2.sliceChannels();
    int restChannels = channels % l2.sliceChannels();
    double sum = 0;
    for (int stripe = 0; stripe < rows; stripe += l2.stripeHeight()) {
      int count = stripe == 0 ? Math.max(1, rows / l2.stripeHeight()) : 1;
      int height = Math.min(l2.stripeHeight(), rows - stripe);
      sum += count * slices * cost.cycles(height, l2.sliceChannels(), clip(tile, height));
      if (restChannels > 0) {
        sum += count * cost.cycles(height, restChannels, clip(tile, height, restChannels));
      }
      stripe += (count - 1) * l2.stripeHeight();
    }
    return sum;
  }

  private static L1Tiling clip(L1Tiling tile, int height) {
    return clip(tile, height, tile.channels());
  }

  private static L1Tiling clip(L1Tiling tile, int height, int channels) {
    return new L1Tiling(
        Math.min(tile.height(), height),
        tile.width(),
        Math.min(tile.channels(), channels),
        tile.depth(),
        tile.order(),
        tile.overlap());
  }

  private static List<Candidate> paretoFront(List<Candidate> all) {
    all.sort(ORDER);
    List<Candidate> front = new ArrayList<>();
    for (Candidate candidate : all) {
      if (front.isEmpty() || candidate.bytes() < front.get(front.size() - 1).bytes()) {
        front.add(candidate);
      }
    }
    return front;
  }

  private Choice choose(List<Candidate> front) {
    CpModel model = CpSat.model();
    long maxCycles = front.get(front.size() - 1).cycles();
    IntVar height = model.newIntVar(1, MAX_SIZE, "tile_h");
    IntVar width = model.newIntVar(1, MAX_SIZE, "tile_w");
    IntVar channels = model.newIntVar(1, MAX_SIZE, "tile_c");
    IntVar depth = model.newIntVar(0, MAX_SIZE, "depth");
    IntVar order = model.newIntVar(0, 1, "input_stays");
    IntVar overlap = model.newIntVar(0, 1, "overlap");
    IntVar bytes = model.newIntVar(0, problem.l1Bytes(), "l1_bytes");
    IntVar cycles = model.newIntVar(0, maxCycles, "cycles");
    TableConstraint table =
        model.addAllowedAssignments(
            new IntVar[] {height, width, channels, depth, order, overlap, bytes, cycles});
    for (Candidate c : front) {
      table.addTuple(
          new long[] {
            c.tile().height(),
            c.tile().width(),
            c.tile().channels(),
            c.tile().depth(),
            c.tile().order() == LoopOrder.INPUT_STAYS ? 1 : 0,
            c.tile().overlap() ? 1 : 0,
            c.bytes(),
            c.cycles()
          });
    }
    long scale = problem.l1Bytes() + 1L;
    model.minimize(LinearExpr.weightedSum(new IntVar[] {cycles, bytes}, new long[] {scale, 1}));
    CpSat.Answer answer = CpSat.solve(model, LIMIT);
    if (!answer.isFeasible()) {
      throw new IllegalStateException("CP-SAT found no tile in a table of " + front.size());
    }
    L1Tiling tile =
        new L1Tiling(
            (int) answer.solver().value(height),
            (int) answer.solver().value(width),
            (int) answer.solver().value(channels),
            (int) answer.solver().value(depth),
            answer.solver().value(order) == 1 ? LoopOrder.INPUT_STAYS : LoopOrder.CONSTANTS_STAY,
            answer.solver().value(overlap) == 1);
    return new Choice(tile, answer.solver().value(cycles));
  }
}
