package dev.marlin.kernels;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@link FirmwareBuilder} makes a program of.
 *
 * @param target the chip
 * @param sources generated C files and headers, name to text; one of them defines {@code network}
 *     (network.h)
 * @param kernels files of {@code nn/} that they use ({@link Kernel#file})
 * @param l1ArenaBytes bytes behind {@code L1(0)} that the network uses
 * @param l2ArenaBytes bytes behind {@code L2(0)} that the network uses
 */
public record FirmwareRequest(
    FirmwareTarget target,
    SortedMap<String, String> sources,
    SortedSet<String> kernels,
    int l1ArenaBytes,
    int l2ArenaBytes) {

  /** The order of sources and kernels does not matter. */
  public static FirmwareRequest of(
      FirmwareTarget target,
      Map<String, String> sources,
      Set<String> kernels,
      int l1ArenaBytes,
      int l2ArenaBytes) {
    return new FirmwareRequest(
        target, new TreeMap<>(sources), new TreeSet<>(kernels), l1ArenaBytes, l2ArenaBytes);
  }
}
