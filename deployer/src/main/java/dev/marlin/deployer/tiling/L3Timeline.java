package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.TransferChannel;
import dev.marlin.deployer.lowering.KernelLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What layers that run one after the other wait for HyperRAM: the walk of the runtime's {@code
 * layer.c} over stripes, slices and tiles. The fabric controller asks for a piece when the one
 * whose buffer it takes has gone to L1, loads a tile when its pieces have come and the tile before
 * the last is computed, and gives it to the cores when it has been loaded.
 */
final class L3Timeline {
  /** From the end of the layer before until the first of a layer's pieces is asked for. */
  private static final int HEAD = 500;

  /** The fabric controller asks for a piece. */
  private static final int REQUEST = 200;

  private final double scale;
  private final L3Queue queue;
  private final Map<Integer, L3Queue.Request> ahead = new HashMap<>();

  private L3Timeline(TransferChannel l3, double scale) {
    this.scale = scale;
    queue = new L3Queue(l3.cyclesPerTransfer(), l3.bytesPerCycle());
  }

  /**
   * Cycles of each layer.
   *
   * @param layers in their order
   */
  static List<Double> cycles(List<PlacementOptions.Option> layers, TransferChannel l3) {
    return cycles(layers, l3, 1);
  }

  /**
   * Cycles of all layers together if every computation takes {@code scale} times what is forecast,
   * less what it takes more.
   */
  static double total(List<PlacementOptions.Option> layers, TransferChannel l3, double scale) {
    double total = 0;
    for (double cycles : cycles(layers, l3, scale)) {
      total += cycles;
    }
    for (PlacementOptions.Option layer : layers) {
      total -= (scale - 1) * layer.computeCycles();
    }
    return total;
  }

  private static List<Double> cycles(
      List<PlacementOptions.Option> layers, TransferChannel l3, double scale) {
    L3Timeline timeline = new L3Timeline(l3, scale);
    List<Double> cycles = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      double start = timeline.queue.now();
      timeline.run(layers, i);
      cycles.add(timeline.queue.now() - start);
    }
    return cycles;
  }

  private void run(List<PlacementOptions.Option> layers, int index) {
    PlacementOptions.Option option = layers.get(index);
    double compute = scale * option.computeCycles();
    double head = Math.min(HEAD, compute / 2);
    queue.pass(head);
    Walk walk = new Walk(option, ahead.remove(index));
    walk.enter(0, 0);
    boolean streamed = walk.usesL3();
    queue.backgroundPiece(
        streamed && option.asksAgain() ? L3Queue.SMALL_PIECE : L3Queue.LARGE_PIECE);
    for (int later = index + 1; later < layers.size(); later++) {
      if (layers.get(later).tiling().prefetchDistance() == later - index) {
        queue.pass(REQUEST);
        ahead.put(later, queue.prefetch(firstSlice(layers.get(later))));
      }
    }
    walk.await();
    double start = Math.min((double) option.startCycles(), compute);
    queue.pass(Math.max(0, start - head));
    walk.compute(compute - Math.max(head, start));
  }

  private static double firstSlice(PlacementOptions.Option option) {
    L1Tiling tile = option.tile();
    return option
        .layer()
        .constantsBytes(option.tiling().sliceChannels(), tile.channels(), tile.depth());
  }

  /** An operand that comes from L3 piece by piece into two buffers. */
  private final class Stream {
    private final int[] keys = {-1, -1};
    private final L3Queue.@Nullable Request[] requests = new L3Queue.@Nullable Request[2];
    private final boolean twice;
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
      requests[buffer] = queue.read(bytes);
      queue.pass(REQUEST);
    }

    void claim(L3Queue.Request request) {
      queue.claim(request);
      now = 0;
      keys[0] = 0;
      requests[0] = request;
    }

    boolean isHere() {
      L3Queue.Request request = requests[now];
      return request == null || queue.isDone(request);
    }

    void await() {
      L3Queue.Request request = requests[now];
      if (request != null) {
        queue.await(request);
      }
    }
  }

  /** One layer. */
  private final class Walk {
    private final PlacementOptions.Option option;
    private final KernelLayer layer;
    private final L2Tiling tiling;
    private final int stripes;
    private final int slices;
    private final List<Stream> inputs = new ArrayList<>();
    private final Stream constants;
    private final L3Queue.@Nullable Request[] writes = new L3Queue.@Nullable Request[2];

    Walk(PlacementOptions.Option option, L3Queue.@Nullable Request claimed) {
      this.option = option;
      layer = option.layer();
      tiling = option.tiling();
      stripes = TileGrid.ceilDiv(layer.out().height(), tiling.stripeHeight());
      slices = TileGrid.ceilDiv(layer.out().channels(), tiling.sliceChannels());
      for (int i = 0; i < layer.inputs(); i++) {
        inputs.add(new Stream(stripes > 1));
      }
      constants = new Stream(slices > 1);
      if (claimed != null) {
        constants.claim(claimed);
      }
    }

    boolean usesL3() {
      return tiling.isStriped() || layer.hasConstants();
    }

    /** Asks for what a stripe and slice need, and for what comes behind them. */
    void enter(int stripe, int slice) {
      for (int i = 0; slice == 0 && i < inputs.size(); i++) {
        if (tiling.inputsInL3().get(i)) {
          inputs.get(i).enter(stripe, stripeBytes(stripe, i));
          if (stripe + 1 < stripes) {
            inputs.get(i).lookAhead(stripe + 1, stripeBytes(stripe + 1, i));
          }
        }
      }
      if (layer.hasConstants()) {
        constants.enter(slice, sliceBytes(slice));
        int next = slice + 1 < slices ? slice + 1 : 0;
        if (next > 0 || stripe + 1 < stripes) {
          constants.lookAhead(next, sliceBytes(next));
        }
      }
    }

    private double stripeBytes(int stripe, int input) {
      int from = stripe * tiling.stripeHeight();
      int end = Math.min(layer.out().height(), from + tiling.stripeHeight());
      int rows = Math.max(0, layer.endInputRow(end) - layer.firstInputRow(from));
      return (double) rows * layer.in().width() * layer.inputChannels(input);
    }

    private double sliceBytes(int slice) {
      int channels =
          Math.min(tiling.sliceChannels(), layer.out().channels() - slice * tiling.sliceChannels());
      return layer.constantsBytes(channels, option.tile().channels(), option.tile().depth());
    }

    private int rows(int stripe) {
      return Math.min(tiling.stripeHeight(), layer.out().height() - stripe * tiling.stripeHeight());
    }

    private int turns(int stripe) {
      L1Tiling tile = option.tile();
      int steps = tile.isDeep() ? TileGrid.ceilDiv(layer.groupInputs(), tile.depth()) + 1 : 1;
      return TileGrid.ceilDiv(rows(stripe), tile.height())
          * TileGrid.ceilDiv(layer.out().width(), tile.width())
          * TileGrid.ceilDiv(tiling.sliceChannels(), tile.channels())
          * steps;
    }

    boolean isHere() {
      return constants.isHere() && inputs.stream().allMatch(Stream::isHere);
    }

    void await() {
      inputs.forEach(Stream::await);
      constants.await();
    }

    /** All tiles, {@code cycles} in all; what the first needs is in L1. */
    void compute(double cycles) {
      int stored = -1;
      for (int stripe = 0; stripe < stripes; stripe++) {
        double share = cycles * rows(stripe) / layer.out().height() / slices;
        for (int slice = 0; slice < slices; slice++) {
          int turns = turns(stripe);
          for (int turn = 0; turn < turns; turn++) {
            boolean late = !isHere();
            await();
            if (late) {
              queue.pass((double) option.lateCycles());
            }
            if (turn == turns - 1) {
              enterNext(stripe, slice);
            }
            queue.finish();
            queue.compute(share / turns);
            if (stored >= 0) {
              write(stored);
              stored = -1;
            }
          }
        }
        stored = tiling.outputInL3() ? stripe : -1;
      }
      queue.finish();
      if (stored >= 0) {
        write(stored);
      }
      queue.settle();
    }

    private void enterNext(int stripe, int slice) {
      if (slice + 1 < slices) {
        enter(stripe, slice + 1);
      } else if (stripe + 1 < stripes) {
        enter(stripe + 1, 0);
      }
    }

    private void write(int stripe) {
      L3Queue.Request before = writes[stripe & 1];
      if (before != null) {
        queue.await(before);
      }
      writes[stripe & 1] =
          queue.write(
              (double) rows(stripe)
                  * layer.out().width()
                  * layer.out().channels()
                  * layer.spec().outBytes());
    }
  }
}
