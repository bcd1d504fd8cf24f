package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.TransferChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cycles of layers that run one after the other, forecast by walking over their tiles as the
 * runtime's {@code layer.c} does: the fabric controller describes tiles, moves operands and gives
 * turns, while the cores compute, the DMA moves and L3 sends what was asked of it.
 *
 * <p>This class holds what goes on at once; {@link LayerWalk} is the fabric controller's way
 * through one layer.
 */
final class RuntimeTimeline {
  /** From the end of what it waits for until the fabric controller, which slept, goes on. */
  private static final double WAKE = 40;

  /** From a turn that is given until cores that sleep begin with it. */
  private static final double BEGIN = 60;

  /** The DMA moves two words a cycle, and books the way to L2 for one. */
  private static final double BOOKED = 2;

  private final List<PlacementOptions.Option> layers;
  private final L3Queue l3;
  private final double scale;
  private final Map<Integer, L3Queue.Request> ahead = new HashMap<>();
  private double inEnd;
  private double outEnd;
  private double computed;
  private double waited;
  private double contention;
  private double given;
  private double end;
  private @Nullable LayerWalk last;
  private String warm = "";
  private final List<Forecast> forecasts = new ArrayList<>();

  private RuntimeTimeline(
      List<PlacementOptions.Option> layers, TransferChannel channel, double scale) {
    this.layers = layers;
    l3 = new L3Queue(channel.cyclesPerTransfer(), channel.bytesPerCycle());
    this.scale = scale;
  }

  /**
   * A layer's forecast.
   *
   * @param cycles from the end of the layer before to its own
   * @param waits of these, cycles in which the fabric controller waits for L3
   */
  record Forecast(double cycles, double waits) {}

  /**
   * The forecast of each layer.
   *
   * @param layers in their order
   */
  static List<Forecast> forecast(List<PlacementOptions.Option> layers, TransferChannel l3) {
    RuntimeTimeline timeline = new RuntimeTimeline(layers, l3, 1);
    for (int i = 0; i < layers.size(); i++) {
      timeline.run(i);
    }
    timeline.complete();
    return timeline.forecasts;
  }

  /**
   * Cycles of all layers together if every computation takes {@code scale} times what is forecast,
   * less what it takes more. Ends early with {@code enough} cycles or more.
   */
  static double total(
      List<PlacementOptions.Option> layers, TransferChannel l3, double scale, double enough) {
    RuntimeTimeline timeline = new RuntimeTimeline(layers, l3, scale);
    for (int i = 0; i < layers.size() && timeline.total() < enough; i++) {
      timeline.run(i);
    }
    timeline.complete();
    return timeline.total();
  }

  private double total() {
    return l3.now() - (scale - 1) * computed;
  }

  /** Runs a layer until the turn of its last tile has been given. */
  private void run(int index) {
    LayerWalk walk = new LayerWalk(this, layers.get(index), ahead.remove(index));
    walk.begin();
    walk.compute(() -> prefetch(index));
    last = walk;
  }

  /** Starts the fetches for later layers that start with this one. */
  private void prefetch(int index) {
    for (int later = index + 1; later < layers.size(); later++) {
      PlacementOptions.Option other = layers.get(later);
      if (other.tiling().prefetchDistance() == later - index) {
        l3.pass(other.costs().request());
        ahead.put(later, l3.prefetch(firstSlice(other)));
      }
    }
  }

  private static double firstSlice(PlacementOptions.Option option) {
    L1Tiling tile = option.tile();
    return option
        .layer()
        .constantsBytes(option.tiling().sliceChannels(), tile.channels(), tile.depth());
  }

  /** Ends the layer whose last tile is under way. */
  void complete() {
    if (last != null) {
      last.complete();
      last = null;
      forecasts.add(new Forecast(l3.now() - end, waited));
      end = l3.now();
      waited = 0;
    }
  }

  /** The fabric controller is busy. */
  void pass(double cycles) {
    l3.pass(cycles);
  }

  L3Queue.Request read(double bytes) {
    return l3.read(bytes);
  }

  L3Queue.Request write(double bytes) {
    return l3.write(bytes);
  }

  void claim(L3Queue.Request request) {
    l3.claim(request);
  }

  void await(L3Queue.Request request) {
    double begin = l3.now();
    l3.await(request);
    waited += l3.now() - begin;
  }

  /** Until L3 has done all that layers asked for. */
  void settle() {
    double begin = l3.now();
    l3.settle();
    waited += l3.now() - begin;
  }

  /** Starts a load. */
  void load(TileCost.Move move) {
    l3.pass(move.commands());
    inEnd = Math.max(inEnd, l3.now()) + move.cycles();
    disturb(move);
  }

  /** Starts a store. */
  void store(TileCost.Move move) {
    l3.pass(move.commands());
    outEnd = Math.max(outEnd, l3.now()) + move.cycles();
    disturb(move);
  }

  /** What moves books the way to L2, and makes a computation beside it longer. */
  private void disturb(TileCost.Move move) {
    l3.book(BOOKED * move.cycles());
    l3.compute(contention * Math.min(move.cycles(), l3.work()));
  }

  boolean haveMoved() {
    return Math.max(inEnd, outEnd) <= l3.now();
  }

  void awaitMoves() {
    if (!haveMoved()) {
      l3.passTo(Math.max(inEnd, outEnd) + WAKE);
    }
  }

  /**
   * Gives the cores the first turn of a layer. If the kernel's code is not in the cache, the fabric
   * controller waits until nothing is booked any more, and the cores for the code; else they may
   * meet a line that is missing, and wait for what is booked themselves.
   *
   * @param cycles of the computation
   */
  void giveFirst(TileCost costs, double cycles) {
    KernelCost kernel = costs.kernel();
    boolean cold = !kernel.function().equals(warm);
    warm = kernel.function();
    double late = cold ? kernel.layerCycles() : costs.missed() * l3.booked();
    if (cold) {
      l3.pass(l3.booked());
    }
    give(kernel, cycles, late, cold);
  }

  /** Gives the cores another turn of a layer. */
  void give(TileCost costs, double cycles) {
    give(costs.kernel(), cycles, 0, false);
  }

  private void give(KernelCost kernel, double cycles, double late, boolean cold) {
    given = scale * cycles + late + (l3.work() > 0 ? 0 : BEGIN);
    contention = kernel.contention() + (cold ? kernel.cold() : 0);
    computed += cycles;
    l3.compute(given);
  }

  /** Until the turn before the one that was given last has ended. */
  void awaitTurnBefore() {
    awaitTurn(given);
  }

  /** Until the turn that was given last has ended. */
  void awaitTurn() {
    awaitTurn(0);
  }

  private void awaitTurn(double left) {
    if (l3.work() > left) {
      l3.finish(left);
      l3.pass(WAKE);
    }
  }
}
