package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fabric controller's way through one layer, as {@code layer_run} of the runtime: stripes,
 * slices and tiles in their order, the loads that each of them needs, and what is waited for.
 */
final class LayerWalk {
  private static final int NOTHING = -1;

  private final RuntimeTimeline timeline;
  private final KernelLayer layer;
  private final TileCost costs;
  private final L2Tiling cut;
  private final L1Tiling tile;
  private final List<Stream> inputs = new ArrayList<>();
  private final Stream constants;
  private final boolean early;
  private final boolean streamed;
  private final boolean storesEarly;
  private final int lastDepth;
  private final Held heldInput;
  private final Held heldConstants;
  private final L3Queue.@Nullable Request[] writes = new L3Queue.@Nullable Request[2];

  /** Where the walk stands; output coordinates, and the first input channel of a step. */
  private int stripe;

  private int slice;
  private int y;
  private int x;
  private int c;
  private int depth;

  private Job job = new Job();

  /** A stripe whose last store is under way, and its bytes. */
  private int storedStripe = NOTHING;

  /**
   * @param claimed the fetch of the first slice of the constants that an earlier layer began
   */
  LayerWalk(
      RuntimeTimeline timeline, PlacementOptions.Option option, L3Queue.@Nullable Request claimed) {
    this.timeline = timeline;
    layer = option.layer();
    costs = option.costs();
    cut = option.tiling();
    tile = option.tile();
    TileGrid grid = TileGrid.of(layer, cut, tile);
    for (int i = 0; i < layer.inputs(); i++) {
      inputs.add(new Stream(grid.stripes() > 1));
    }
    constants = new Stream(grid.slices() > 1);
    if (claimed != null) {
      constants.claimed = claimed;
    }
    early =
        !cut.inputsInL3().contains(true)
            && (!layer.hasConstants() || (grid.slices() == 1 && claimed != null));
    streamed = cut.isStriped() || layer.hasConstants();
    L1Buffers.Shared shared = L1Buffers.Shared.of(layer, grid, tile);
    heldInput = new Held(tile.overlap() && !shared.in());
    heldConstants = new Held(tile.overlap() && !shared.constants());
    storesEarly = !tile.overlap() || shared.out();
    int steps = tile.isDeep() ? TileGrid.ceilDiv(layer.groupInputs(), tile.depth()) : 1;
    lastDepth = tile.isDeep() ? (steps - 1 + (hasFinish() ? 1 : 0)) * tile.depth() : 0;
  }

  private boolean hasFinish() {
    return layer.sumsBytes(1, tile.depth()) > 0;
  }

  /** Until the first tile's loads have been started; the layer before ends on the way. */
  void begin() {
    timeline.pass(costs.prepare());
    if (early) {
      describeFirst();
    }
    timeline.complete();
    timeline.pass(costs.begin());
    if (!early) {
      describeFirst();
    }
    awaitPieces();
    job.load();
  }

  private void describeFirst() {
    enterStripe(0);
    job.describe();
  }

  /**
   * From there until the turn of the last tile has been given.
   *
   * @param prefetch starts what is fetched for later layers
   */
  void compute(Runnable prefetch) {
    boolean described = !timeline.haveMoved();
    Job next = new Job();
    boolean more = described && describeNext(next);
    for (@Nullable Job before = null; ; ) {
      awaitMoves();
      timeline.pass(costs.turn());
      if (before == null) {
        timeline.giveFirst(costs, job.cycles);
        prefetch.run();
      } else {
        timeline.give(costs, job.cycles);
      }
      if (!described) {
        more = describeNext(next);
      }
      described = true;
      if (before != null) {
        timeline.awaitTurnBefore();
        if (!storesEarly) {
          before.store();
        }
      }
      if (!more) {
        return;
      }
      boolean late = !tile.overlap() || next.single;
      if (!late) {
        awaitPieces();
        next.load();
      }
      boolean stores = storesEarly && job.stores;
      if (late || stores) {
        timeline.awaitTurn();
        if (stores) {
          job.store();
        }
        if (!tile.overlap()) {
          awaitMoves();
        }
        if (late) {
          awaitPieces();
          next.load();
        }
      }
      Job free = before == null ? new Job() : before;
      before = job;
      job = next;
      next = free;
      more = describeNext(next);
    }
  }

  /** The end of the last tile, and of the layer. */
  void complete() {
    awaitMoves();
    timeline.awaitTurn();
    job.store();
    awaitMoves();
    if (streamed) {
      timeline.settle();
    }
    timeline.pass(costs.complete());
  }

  private void awaitMoves() {
    timeline.awaitMoves();
    if (storedStripe != NOTHING) {
      double bytes =
          (double) rows(storedStripe)
              * layer.out().width()
              * layer.out().channels()
              * layer.spec().outBytes();
      timeline.pass(costs.request());
      writes[storedStripe / cut.stripeHeight() & 1] = timeline.write(bytes);
      storedStripe = NOTHING;
    }
  }

  private void awaitPieces() {
    inputs.forEach(Stream::await);
    constants.await();
  }

  private boolean describeNext(Job next) {
    if (!step()) {
      job.endsStripe = slice + cut.sliceChannels() >= layer.out().channels();
      if (streamed) {
        awaitMoves();
      }
      if (!stepOver()) {
        return false;
      }
    }
    next.describe();
    return true;
  }

  /** To the next tile of the stripe and slice, or the next step of this one. */
  private boolean step() {
    if (depth != lastDepth) {
      depth += tile.depth();
      return true;
    }
    depth = 0;
    boolean inputStays = tile.order() == LoopOrder.INPUT_STAYS;
    int endChannel = Math.min(slice + cut.sliceChannels(), layer.out().channels());
    if (inputStays) {
      c += tile.channels();
      if (c < endChannel) {
        return true;
      }
      c = slice;
    }
    x += tile.width();
    if (x < layer.out().width()) {
      return true;
    }
    x = 0;
    y += tile.height();
    if (y < stripe + rows(stripe)) {
      return true;
    }
    y = stripe;
    if (!inputStays) {
      c += tile.channels();
      return c < endChannel;
    }
    return false;
  }

  private boolean stepOver() {
    if (slice + cut.sliceChannels() < layer.out().channels()) {
      enterSlice(slice + cut.sliceChannels());
      return true;
    }
    if (stripe + cut.stripeHeight() >= layer.out().height()) {
      return false;
    }
    enterStripe(stripe + cut.stripeHeight());
    return true;
  }

  private int rows(int from) {
    return Math.min(cut.stripeHeight(), layer.out().height() - from);
  }

  private void enterStripe(int from) {
    stripe = from;
    y = from;
    x = 0;
    int next = from + cut.stripeHeight();
    for (int i = 0; i < inputs.size(); i++) {
      if (cut.inputsInL3().get(i)) {
        inputs.get(i).enter(from, stripeBytes(from, i));
        if (next < layer.out().height()) {
          inputs.get(i).lookAhead(next, stripeBytes(next, i));
        }
      }
    }
    enterSlice(0);
  }

  private double stripeBytes(int from, int input) {
    int rows = inputRows(from, rows(from));
    return (double) rows * layer.in().width() * layer.inputChannels(input);
  }

  private int inputRows(int from, int count) {
    return Math.max(0, layer.endInputRow(from + count) - layer.firstInputRow(from));
  }

  private int inputColumns(int from, int count) {
    Window window = layer.window();
    int first = from * window.strideWidth() - window.padLeft();
    int end =
        first
            + (count - 1) * window.strideWidth()
            + (window.kernelWidth() - 1) * window.dilationWidth()
            + 1;
    return Math.max(0, Math.min(layer.in().width(), end) - Math.max(0, first));
  }

  private void enterSlice(int from) {
    slice = from;
    c = from;
    if (!layer.hasConstants()) {
      return;
    }
    constants.enter(from, sliceBytes(from));
    int next = from + cut.sliceChannels();
    next = next < layer.out().channels() ? next : 0;
    if (next > 0 || stripe + cut.stripeHeight() < layer.out().height()) {
      constants.lookAhead(next, sliceBytes(next));
    }
  }

  private double sliceBytes(int from) {
    int channels = Math.min(cut.sliceChannels(), layer.out().channels() - from);
    return layer.constantsBytes(channels, tile.channels(), tile.depth());
  }

  /** An operand that comes from L3 piece by piece, into two buffers if there are several. */
  private final class Stream {
    private final int[] keys = {NOTHING, NOTHING};
    private final L3Queue.@Nullable Request[] requests = new L3Queue.@Nullable Request[2];
    private final boolean twice;
    private L3Queue.@Nullable Request claimed;
    private int now = 1;

    Stream(boolean twice) {
      this.twice = twice;
    }

    void enter(int key, double bytes) {
      if (keys[now] != key) {
        now = twice ? now ^ 1 : 0;
        if (keys[now] != key) {
          ask(now, key, bytes);
        }
      }
    }

    void lookAhead(int key, double bytes) {
      if (twice && keys[0] != key && keys[1] != key) {
        ask(now ^ 1, key, bytes);
      }
    }

    private void ask(int buffer, int key, double bytes) {
      keys[buffer] = key;
      timeline.pass(costs.request());
      if (claimed != null) {
        timeline.claim(claimed);
        requests[buffer] = claimed;
        claimed = null;
      } else {
        requests[buffer] = timeline.read(bytes);
      }
    }

    void await() {
      L3Queue.Request request = requests[now];
      if (request != null) {
        timeline.await(request);
      }
    }
  }

  /** What the L1 buffers of an operand hold. */
  private static final class Held {
    private final boolean twice;
    private final long[] keys = {NOTHING, NOTHING};
    private int now = 1;

    Held(boolean twice) {
      this.twice = twice;
    }

    /** Chooses the buffer for {@code key}; whether it must be loaded. */
    boolean choose(long key) {
      if (keys[now] == key) {
        return false;
      }
      now = twice ? now ^ 1 : 0;
      if (keys[now] == key) {
        return false;
      }
      keys[now] = key;
      return true;
    }
  }

  /** A tile, or a step of one. */
  private final class Job {
    private double cycles;
    private TileCost.Move loads = TileCost.Move.NONE;
    private TileCost.Move output = TileCost.Move.NONE;
    private boolean stores;
    private boolean single;
    private boolean endsStripe;
    private int ofStripe;

    /** The tile at which the walk stands. */
    void describe() {
      timeline.pass(costs.describe());
      int h = Math.min(tile.height(), stripe + rows(stripe) - y);
      int w = Math.min(tile.width(), layer.out().width() - x);
      int channels =
          Math.min(
              tile.channels(), Math.min(slice + cut.sliceChannels(), layer.out().channels()) - c);
      loads = TileCost.Move.NONE;
      single = false;
      endsStripe = false;
      ofStripe = stripe;
      stores = depth == lastDepth;
      cycles = costs.compute(h, w, channels);
      int first = layer.isChannelwise() ? c : 0;
      int count = layer.isChannelwise() ? channels : layer.in().channels();
      boolean reads = true;
      TileCost.Move ofConstants = costs.constants(channels);
      if (tile.isDeep()) {
        reads = depth < layer.groupInputs();
        count = Math.min(tile.depth(), layer.groupInputs() - depth);
        first = c / layer.groupOutputs() * layer.groupInputs() + depth;
        cycles = costs.step(cycles, reads ? count : 0);
        ofConstants = costs.constants(channels, tile.depth(), reads ? count : 0);
      }
      if (reads) {
        long key = ((long) y * layer.out().width() + x) * layer.in().channels() + first;
        if (heldInput.choose(key)) {
          single = !heldInput.twice;
          loads = costs.input(inputRows(y, h), inputColumns(x, w), count);
        }
      }
      if (layer.hasConstants()) {
        long key = layer.sharesConstants() ? 0 : (long) c * (layer.in().channels() + 1) + depth;
        if (heldConstants.choose(key)) {
          single |= !heldConstants.twice;
          loads = loads.plus(ofConstants);
        }
      }
      output = costs.output(h, w, channels);
    }

    void load() {
      timeline.load(loads);
    }

    /** Its output, if it is complete. */
    void store() {
      if (!stores) {
        return;
      }
      if (cut.outputInL3()) {
        L3Queue.Request before = writes[ofStripe / cut.stripeHeight() & 1];
        if (before != null) {
          timeline.await(before);
        }
        if (endsStripe) {
          storedStripe = ofStripe;
        }
      }
      timeline.store(output);
    }
  }
}
