package dev.marlin.explorer.benchmark;

import java.util.SortedMap;

/**
 * What was measured of a line.
 *
 * @param measured the line
 * @param function the C function that ran
 * @param cycles between two barriers around the kernel, instruction cache warm; by number of cores
 * @param codeBytes of the kernel's functions
 */
public record KernelTiming(
    KernelCase measured, String function, SortedMap<Integer, Long> cycles, int codeBytes) {

  /** Units a cycle on {@code cores}. */
  public double rate(int cores) {
    Long taken = cycles.get(cores);
    if (taken == null) {
      throw new IllegalArgumentException(
          "not measured on " + cores + " cores, only on " + cycles.keySet());
    }
    return (double) measured.work() / taken;
  }

  /** Share of the inner loop's bound that {@code cores} reach, 1 for all of it. */
  public double shareOfBound(int cores) {
    return rate(cores) / (measured.bound() * cores / 8);
  }

  /** Most cores that were measured. */
  public int mostCores() {
    return cycles.lastKey();
  }
}
