package dev.marlin.kernels;

/**
 * What the runtime keeps of the memories for itself. The linker script gets these numbers from
 * here; those that C headers state too are compared by a test.
 *
 * <pre>
 * L1   stacks of the cores, core 0 lowest | words of the runtime | arena of the network
 * L2   vectors, code, data, bss | arena of the network
 * L3   header of the image | constants of the layers, input | activations
 * </pre>
 */
public final class RuntimeLayout {

  /**
   * Bytes of the stack of one cluster core: what the deepest kernel needs, as LLVM (480) and GCC
   * (484) compile it; a test measures both. An odd multiple of 16, so that the stacks of
   * neighbouring cores do not begin in the same of the 16 banks.
   */
  public static final int STACK_BYTES = 528;

  /** Bytes of L1 for the variables of the runtime, a multiple of 16. */
  public static final int L1_WORDS_BYTES = 704;

  /** Address of the first byte of L1. */
  public static final long L1_BASE = 0x1000_0000L;

  /** Address of the first byte of L2. */
  public static final long L2_BASE = 0x1c00_0000L;

  /** Bytes that {@code L2_BASE + residentBytes} is rounded up to: both arenas start there. */
  public static final int ARENA_ALIGNMENT = 16;

  /** Bytes behind every L1 buffer that belong to nobody; {@code TILE_SLACK} of tile.h. */
  public static final int TILE_SLACK = 8;

  /**
   * Bytes that an L2 buffer of stripes or slices has more than they hold; {@code STRIPE_SLACK} of
   * layer.h.
   */
  public static final int STRIPE_SLACK = 8;

  /** Most cores a cluster may have: the event unit and the stdout device know no more. */
  public static final int MAX_CORES = 16;

  private RuntimeLayout() {}

  /** Returns the bytes at the start of L1 that the runtime keeps on {@code cores} cores. */
  public static int l1RuntimeBytes(int cores) {
    return cores * STACK_BYTES + L1_WORDS_BYTES;
  }

  /**
   * Returns the bytes of L1 that the network may use: places {@code L1(0)} to {@code
   * L1(l1ArenaBytes - 1)}.
   *
   * @param l1Bytes size of L1
   */
  public static int l1ArenaBytes(int l1Bytes, int cores) {
    return Math.max(0, l1Bytes - l1RuntimeBytes(cores));
  }
}
