package dev.marlin.simulator;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * A set-associative instruction cache with one refill at a time and pseudo-random replacement.
 *
 * <p>Only tags and times are kept: instructions themselves are decoded from memory. A hit is free,
 * or waits for the line's refill to end. A refill waits for the one before it, for the path to
 * memory, and for the line to come over it. The victim is chosen by an 8-bit shift register that
 * moves once a refill; invalid ways are not preferred.
 */
final class InstructionCache {
  /** Stands for all ways. */
  static final int ALL = -1;

  private final int lineBits;
  private final int setMask;
  private final int ways;
  private final int lineWords;
  private final int[] tags;
  private final long[] ready;
  private final IntUnaryOperator path;

  private boolean enabled;
  private int shiftRegister;
  private long refillEnd = -1;
  private int found;
  long refills;

  /** Changes whenever lines come or go. */
  int version;

  private IntConsumer evicting = way -> {};

  /**
   * A disabled, empty cache.
   *
   * @param path books the way of one line from memory at the current cycle; address in, cycles of
   *     latency out
   */
  InstructionCache(ChipConfig.Icache config, IntUnaryOperator path) {
    this.lineBits = Integer.numberOfTrailingZeros(config.lineBytes());
    this.lineWords = config.lineBytes() / 4;
    this.setMask = config.sets() - 1;
    this.ways = config.ways();
    this.tags = new int[config.sets() * ways];
    this.ready = new long[tags.length];
    this.path = path;
    flush();
  }

  void enable(boolean on) {
    evicting.accept(ALL);
    version++;
    enabled = on;
  }

  void flush() {
    evicting.accept(ALL);
    version++;
    Arrays.fill(tags, -1);
  }

  int lines() {
    return tags.length;
  }

  /** Sets what is called with a way before its line goes, or with {@link #ALL}. */
  void beforeEviction(IntConsumer action) {
    evicting = action;
  }

  /** Whether no refill is going on. */
  boolean isQuiet(long now) {
    return refillEnd <= now;
  }

  /** The way of a line that is there and complete, or -1. */
  int find(int address, long now) {
    int tag = address >>> lineBits;
    int first = (tag & setMask) * ways;
    for (int i = first; i < first + ways; i++) {
      if (tags[i] == tag) {
        return ready[i] <= now && enabled ? i : -1;
      }
    }
    return -1;
  }

  /**
   * True when a line is in the way where it was last, and complete: the common case of {@link
   * #fetch}, without the search.
   */
  boolean hits(int way, int address, long now) {
    return tags[way] == address >>> lineBits && ready[way] <= now && enabled;
  }

  /** The way that the last fetch ended at. */
  int found() {
    return found;
  }

  /** Fetches 16 bytes; the cycles that the instruction behind them is late. */
  int fetch(int address, long now) {
    if (!enabled) {
      return path.applyAsInt(address);
    }
    int tag = address >>> lineBits;
    int first = (tag & setMask) * ways;
    for (int i = first; i < first + ways; i++) {
      if (tags[i] == tag) {
        found = i;
        return ready[i] > now ? (int) (ready[i] - now) : 0;
      }
    }
    return refill(first + nextWay(), tag, now);
  }

  private int refill(int line, int tag, long now) {
    refills++;
    if (tags[line] != -1) {
      evicting.accept(line);
    }
    version++;
    found = line;
    int latency = path.applyAsInt(tag << lineBits) + lineWords;
    if (refillEnd > now) {
      latency += (int) (refillEnd - now);
    }
    refillEnd = now + latency;
    tags[line] = tag;
    ready[line] = refillEnd;
    return latency;
  }

  private int nextWay() {
    int s = shiftRegister;
    int feedback = ~(s >> 7 ^ s >> 3 ^ s >> 2 ^ s >> 1) & 1;
    shiftRegister = (s << 1 | feedback) & 0xff;
    return (shiftRegister >> 1) & (ways - 1);
  }
}
