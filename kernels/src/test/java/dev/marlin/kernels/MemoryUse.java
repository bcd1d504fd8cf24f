package dev.marlin.kernels;

import dev.marlin.simulator.MachineView;
import java.util.SortedMap;
import java.util.TreeMap;

/** How much of their stacks and of their working memory programs have used. */
final class MemoryUse {

  /** What the simulator's memories hold at the start. */
  private static final byte FRESH = 0x57;

  private int deepestStack;
  private final SortedMap<String, Integer> unused = new TreeMap<>();

  /** Looks how deep the stacks have ever been. */
  void addStacks(MachineView machine, int cores) {
    byte[] stacks = machine.read((int) RuntimeLayout.L1_BASE, cores * RuntimeLayout.STACK_BYTES);
    for (int core = 0; core < cores; core++) {
      int bottom = core * RuntimeLayout.STACK_BYTES;
      int top = bottom + RuntimeLayout.STACK_BYTES;
      int at = bottom;
      while (at < top && stacks[at] == FRESH) {
        at++;
      }
      deepestStack = Math.max(deepestStack, top - at / 4 * 4);
    }
  }

  /**
   * Looks how many bytes at the end of every core's part, and of the shared part, still hold the
   * pattern.
   */
  void addWorkingMemory(
      String kernel, WorkingMemory stated, byte[] memory, int cores, byte pattern) {
    if (stated.coreBytes() > 0) {
      int least = stated.coreBytes();
      for (int core = 0; core < cores; core++) {
        int end = (core + 1) * stated.coreBytes();
        least = Math.min(least, untouched(memory, end - stated.coreBytes(), end, pattern));
      }
      unused.merge(kernel, least, Math::min);
    }
    if (stated.sharedBytes() > 0) {
      int start = cores * stated.coreBytes();
      int end = start + stated.sharedBytes();
      unused.merge(kernel + ", shared", untouched(memory, start, end, pattern), Math::min);
    }
  }

  private static int untouched(byte[] memory, int start, int end, byte pattern) {
    int at = end;
    while (at > start && memory[at - 1] == pattern) {
      at--;
    }
    return end - at;
  }

  /** Adds what another program has used. */
  void add(MemoryUse other) {
    deepestStack = Math.max(deepestStack, other.deepestStack);
    other.unused.forEach((kernel, bytes) -> unused.merge(kernel, bytes, Math::min));
  }

  /** Most bytes that the stack of any core has ever held. */
  int deepestStack() {
    return deepestStack;
  }

  /**
   * By kernel and part of the working memory: the fewest bytes at its end that were never written.
   */
  SortedMap<String, Integer> unused() {
    return unused;
  }
}
