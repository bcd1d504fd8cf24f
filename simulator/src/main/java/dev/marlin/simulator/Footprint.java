package dev.marlin.simulator;

import java.util.Arrays;

/**
 * The words of L1 that a core has used while it ran ahead of time, and about where it stored.
 *
 * <p>Each use leaves the slice's seal with its word. The seals of slices that have ended mean
 * nothing any more, so nothing is cleared before all have been used up. Where it stored is known by
 * ranges of words, with some between that it did not store to.
 */
final class Footprint {
  /** Seals in turn; 0 is none. */
  private static final int SEALS = 127;

  private static final long ONES = 0x0101_0101_0101_0101L;

  /** How many of the last ranges may grow: streams of stores that take turns. */
  private static final int STREAMS = 4;

  /**
   * For each word the seal of the last slice that used it; translated code writes it. Its length is
   * a power of two, so that the JVM needs no check of masked indices, with words to spare at the
   * end.
   */
  final byte[] marks;

  /** What a use leaves with its word. */
  int seal;

  /** Stores that are at most so many words apart are in one range. */
  private static final int NEAR = 16;

  /** Where a range ends in which there is nothing yet: before everything. */
  private static final int NONE = -1 - NEAR;

  /** First and last words of the ranges. */
  private final int[] first;

  private final int[] last;
  private int ranges;

  /**
   * A core's footprint.
   *
   * @param words in L1: a power of two
   * @param stores that a slice makes at most
   */
  Footprint(int words, int stores) {
    this.marks = new byte[2 * words];
    this.first = new int[stores];
    this.last = new int[stores];
  }

  /** A slice begins: nothing has been used. */
  void clear() {
    ranges = 0;
    if (seal == SEALS) {
      Arrays.fill(marks, (byte) 0);
      seal = 0;
    }
    seal++;
  }

  /** The slice has stored to words, as {@link RunAhead#stores} tells; nothing else is known. */
  void stored(long[] stores, int count) {
    ranges = 0;
    // Two streams often take turns, say two rows of outputs: the range before is still at hand.
    int low = 0;
    int high = NONE;
    int otherLow = 0;
    int otherHigh = NONE;
    for (int i = 0; i < count; i++) {
      final int word = RunAhead.wordOf(stores[i]);
      if (word < low - NEAR || word > high + NEAR) {
        final int wasLow = low;
        final int wasHigh = high;
        if (word < otherLow - NEAR || word > otherHigh + NEAR) {
          add(otherLow, otherHigh);
          low = word;
          high = word;
        } else {
          low = otherLow;
          high = otherHigh;
        }
        otherLow = wasLow;
        otherHigh = wasHigh;
      }
      low = Math.min(low, word);
      high = Math.max(high, word);
    }
    add(otherLow, otherHigh);
    add(low, high);
  }

  private void add(int low, int high) {
    if (low > high) {
      return; // there was no store
    }
    for (int k = ranges - 1; k >= Math.max(0, ranges - STREAMS); k--) {
      if (high >= first[k] - NEAR && low <= last[k] + NEAR) {
        first[k] = Math.min(first[k], low);
        last[k] = Math.max(last[k], high);
        return;
      }
    }
    first[ranges] = low;
    last[ranges++] = high;
  }

  /** Whether the slice has used a word. */
  boolean used(int word) {
    return marks[word] == seal;
  }

  /** Whether the slice may have stored to a word that another one has used. */
  boolean mayHaveStored(Footprint other) {
    for (int k = 0; k < ranges; k++) {
      if (other.usedAny(first[k], last[k])) {
        return true;
      }
    }
    return false;
  }

  /** Whether the slice has used any of some words. */
  boolean usedAny(int from, int to) {
    final long seals = seal * ONES;
    for (int word = from; word <= to; word += Long.BYTES) {
      long different = (long) Lane.LONGS.get(marks, word) ^ seals;
      int beyond = word + Long.BYTES - 1 - to;
      if (beyond > 0) {
        different |= -1L << (Long.SIZE - 8 * beyond);
      }
      if (((different - ONES) & ~different & (ONES << 7)) != 0) {
        return true;
      }
    }
    return false;
  }
}
