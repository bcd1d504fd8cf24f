package dev.marlin.deployer.tiling;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What HyperRAM does while layers run one after the other: constants that are fetched ahead come in
 * the order in which they were asked for, as long as nothing else is asked of it.
 *
 * <p>Core 0 starts transfers only between two tiles, two pieces at most, so a layer of few tiles
 * fetches little: pieces are large if the layer itself asks for nothing after its start, small if
 * it does.
 */
final class L3Timeline {
  /** Bytes, and so cycles, of a piece of what is fetched ahead. */
  private static final int LARGE_PIECE = 1 << 16;

  private static final int SMALL_PIECE = 1 << 12;
  private static final int PIECES_AT_ONCE = 2;

  private final Deque<double[]> queue = new ArrayDeque<>();

  /** Cycles for which L3 can fetch ahead while a layer of {@code tiles} tiles computes. */
  static long room(long compute, long stream, int tiles, boolean asksAgain) {
    long most = (long) tiles * PIECES_AT_ONCE * (asksAgain ? SMALL_PIECE : LARGE_PIECE);
    return Math.min(Math.max(0, compute - stream), most);
  }

  /** The layer that starts asks for {@code cycles} of transfers ahead, for {@code layer}. */
  void fetch(int layer, long cycles) {
    queue.addLast(new double[] {layer, (double) cycles});
  }

  /**
   * {@code layer} needs what was fetched ahead for it, and all that was asked for before that.
   * Cycles until it has come.
   */
  double claim(int layer) {
    if (queue.stream().noneMatch(request -> (int) request[0] == layer)) {
      return 0;
    }
    double wait = 0;
    while (true) {
      double[] request = queue.removeFirst();
      wait += request[1];
      if ((int) request[0] == layer) {
        return wait;
      }
    }
  }

  /**
   * A layer computes: between two of its tiles at most two pieces are started, of one request each.
   */
  void pass(long compute, long stream, int tiles, boolean asksAgain) {
    double left = (double) room(compute, stream, tiles, asksAgain);
    double turn = left / tiles;
    int piece = asksAgain ? SMALL_PIECE : LARGE_PIECE;
    for (int tile = 0; tile < tiles && !queue.isEmpty(); tile++) {
      int pieces = 0;
      double time = turn;
      for (double[] request : queue) {
        while (pieces < PIECES_AT_ONCE && request[1] > 0 && time > 0) {
          double done = Math.min(time, Math.min(piece, request[1]));
          request[1] -= done;
          time -= done;
          pieces++;
        }
      }
    }
  }
}
