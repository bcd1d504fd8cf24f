package dev.marlin.explorer.sweep;

import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Everything about a deployment but the network: what the deploy options of the command line and
 * the axes of a sweep set.
 *
 * @param l1Bytes size of the cluster's memory
 * @param l2Bytes size of the memory of the system on chip
 * @param l3Bytes size of HyperRAM
 * @param cores of the cluster
 * @param clockHertz of the cluster, and of the fabric controller unless the chip says otherwise;
 *     scales times, never cycles
 * @param tiling name of the tiling policy
 * @param heuristics weights of the policy that differ from its own, by name
 * @param toolchain name of the cross-compiler
 * @param requantization {@code shift} or {@code exact}: what becomes of divisors that are no power
 *     of two
 * @param executor name of what runs the program
 * @param chip what else differs from GAP8, by the names of {@link WhatIf}
 */
public record PointOptions(
    int l1Bytes,
    int l2Bytes,
    int l3Bytes,
    int cores,
    long clockHertz,
    String tiling,
    SortedMap<String, Double> heuristics,
    String toolchain,
    String requantization,
    String executor,
    SortedMap<String, String> chip)
    implements Serializable {

  public PointOptions {
    // Not SortedMap.copyOf: there is none, and these must be serializable and print in order.
    heuristics = Collections.unmodifiableSortedMap(new TreeMap<>(heuristics));
    chip = Collections.unmodifiableSortedMap(new TreeMap<>(chip));
  }

  /** GAP8 as it is, 100 MHz, the {@code cycles} policy, the bundled compiler and simulator. */
  public static PointOptions defaults() {
    return new PointOptions(
        64 << 10,
        512 << 10,
        8 << 20,
        8,
        100_000_000,
        "cycles",
        new TreeMap<>(),
        "auto",
        "exact",
        "embedded",
        new TreeMap<>());
  }

  /** The weights as {@code name=weight}, separated by blanks; empty if none is set. */
  public String heuristicsText() {
    return text(heuristics);
  }

  /** What else differs from GAP8 as {@code name=value}, separated by blanks. */
  public String chipText() {
    return text(chip);
  }

  private static String text(SortedMap<String, ?> map) {
    return map.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  public PointOptions withL1Bytes(int bytes) {
    return with(draft -> draft.l1Bytes = bytes);
  }

  public PointOptions withL2Bytes(int bytes) {
    return with(draft -> draft.l2Bytes = bytes);
  }

  public PointOptions withL3Bytes(int bytes) {
    return with(draft -> draft.l3Bytes = bytes);
  }

  public PointOptions withCores(int count) {
    return with(draft -> draft.cores = count);
  }

  public PointOptions withClockHertz(long hertz) {
    return with(draft -> draft.clockHertz = hertz);
  }

  public PointOptions withTiling(String policy) {
    return with(draft -> draft.tiling = policy);
  }

  public PointOptions withHeuristics(SortedMap<String, Double> weights) {
    return with(draft -> draft.heuristics = weights);
  }

  public PointOptions withToolchain(String name) {
    return with(draft -> draft.toolchain = name);
  }

  public PointOptions withRequantization(String name) {
    return with(draft -> draft.requantization = name);
  }

  public PointOptions withExecutor(String name) {
    return with(draft -> draft.executor = name);
  }

  /** The same with the named parts of the chip changed. */
  public PointOptions withChip(SortedMap<String, String> parts) {
    return with(draft -> draft.chip = parts);
  }

  private PointOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** These options while one of them changes. */
  private static final class Draft {
    private int l1Bytes;
    private int l2Bytes;
    private int l3Bytes;
    private int cores;
    private long clockHertz;
    private String tiling;
    private SortedMap<String, Double> heuristics;
    private String toolchain;
    private String requantization;
    private String executor;
    private SortedMap<String, String> chip;

    Draft(PointOptions options) {
      l1Bytes = options.l1Bytes;
      l2Bytes = options.l2Bytes;
      l3Bytes = options.l3Bytes;
      cores = options.cores;
      clockHertz = options.clockHertz;
      tiling = options.tiling;
      heuristics = options.heuristics;
      toolchain = options.toolchain;
      requantization = options.requantization;
      executor = options.executor;
      chip = options.chip;
    }

    PointOptions done() {
      return new PointOptions(
          l1Bytes,
          l2Bytes,
          l3Bytes,
          cores,
          clockHertz,
          tiling,
          heuristics,
          toolchain,
          requantization,
          executor,
          chip);
    }
  }
}
