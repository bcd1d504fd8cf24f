package dev.marlin.simulator;

import java.util.Arrays;

/**
 * Which words of L1 the cores that are ahead of time have used.
 *
 * <p>Each store leaves its slice's number with its word, each load a byte of it in a place of its
 * core. Numbers of slices that have ended mean nothing any more, so nothing is ever cleared but
 * when the bytes are used up. Where another slice that is under way has stored, nobody may load or
 * store; where one has loaded, nobody may store.
 */
final class Words {
  private static final int MOST = 254;
  private static final int NOBODY = 255;
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final int CORE_BITS = 4;
  private static final int CORE_MASK = (1 << CORE_BITS) - 1;

  /** Bytes a word has in {@link #loads}, as a shift: one for each core, in eights. */
  private final int shift;

  private final byte[] loads;
  private final int[] stores;

  /** The number of each core's slice, 0 for none. */
  private final int[] current = new int[CORE_MASK + 1];

  /** The bytes that loads of each core leave now: cores 0 to 7 and 8 to 15. */
  private long low = -1;

  private long high = -1;

  private int number;
  private final int[] seals = new int[CORE_MASK + 1];

  Words(int words, int cores) {
    this.shift = cores > 8 ? 4 : 3;
    this.loads = new byte[words << shift];
    this.stores = new int[words];
  }

  /** Whether a core's next slice can have a number; if not, {@link #startAgain} helps. */
  boolean hasNumber(int core) {
    return seals[core] < MOST && number < Integer.MAX_VALUE >>> CORE_BITS;
  }

  /** Forgets everything; nobody may be ahead. */
  void startAgain() {
    Arrays.fill(loads, (byte) 0);
    Arrays.fill(stores, 0);
    Arrays.fill(seals, 0);
    number = 0;
  }

  /** A slice begins. */
  void begin(RunAhead run) {
    int core = run.core.index;
    number++;
    seals[core]++;
    run.id = (number << CORE_BITS) | core;
    run.seal = (byte) seals[core];
    current[core] = run.id;
    set(core, seals[core]);
  }

  /** A slice has ended. */
  void end(RunAhead run) {
    int core = run.core.index;
    current[core] = 0;
    set(core, NOBODY);
  }

  private void set(int core, long seal) {
    long mask = 0xffL << (8 * core);
    long bits = seal << (8 * core);
    if (core < 8) {
      low = (low & ~mask) | bits;
    } else {
      high = (high & ~mask) | bits;
    }
  }

  boolean mayLoad(int word, int id) {
    int by = stores[word];
    return by == id || by == 0 || by != current[by & CORE_MASK];
  }

  boolean mayStore(int word, int id) {
    if (!mayLoad(word, id)) {
      return false;
    }
    int core = id & CORE_MASK;
    if (shift == 3) {
      return !meets(word << 3, low, core);
    }
    return !meets(word << 4, low, core) && !meets((word << 4) + 8, high, core - 8);
  }

  /** Whether any byte but one's own is that of a slice under way. */
  private boolean meets(int at, long seals, int own) {
    long different = (long) RunAhead.LONGS.get(loads, at) ^ seals;
    if (own >= 0 && own < 8) {
      different |= 0xffL << (8 * own);
    }
    return ((different - ONES) & ~different & (ONES << 7)) != 0;
  }

  void loaded(int word, int core, byte seal) {
    loads[(word << shift) + core] = seal;
  }

  void stored(int word, int id) {
    stores[word] = id;
  }

  /** Whether a slice under way may have loaded a word or stored to it. */
  boolean mayHaveUsed(RunAhead run, int word) {
    return stores[word] == run.id || loads[(word << shift) + run.core.index] == run.seal;
  }
}
