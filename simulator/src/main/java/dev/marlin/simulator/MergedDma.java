package dev.marlin.simulator;

/** The DMA moving words between cores that {@link Merger} times. */
final class MergedDma extends Merged {
  /** The turns of the 64 cycles before one. */
  private long turns;

  private int since;

  MergedDma(int longest) {
    super(longest);
  }

  @Override
  void begin(int place) {
    super.begin(place);
    turns = 0;
    since = 0;
  }

  /** It has moved words in this cycle. */
  void moved(int now) {
    turns = (last64(now) >>> 1) | Long.MIN_VALUE;
    since = now + 1;
    mark(now, 1);
  }

  @Override
  long last64(int now) {
    final int later = now - since;
    return later >= Long.SIZE ? 0 : turns >>> later;
  }

  @Override
  boolean tellsLast64(int now) {
    return true;
  }

  @Override
  void write(int to) {
    // All has been noted when it moved.
  }
}
