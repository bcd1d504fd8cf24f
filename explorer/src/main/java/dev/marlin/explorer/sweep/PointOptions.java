package dev.marlin.explorer.sweep;

import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything about a deployment but the network: what the deploy options of the command line and
 * the axes of a sweep set.
 *
 * @param l1Bytes size of the cluster's memory
 * @param l2Bytes size of the memory of the system on chip
 * @param l3Bytes size of HyperRAM
 * @param cores of the cluster
 * @param clockHertz of cluster and fabric controller; scales times, never cycles
 * @param tiling name of the tiling policy
 * @param heuristics weights of the policy that differ from its own, by name
 * @param toolchain name of the cross-compiler
 * @param requantization {@code shift} or {@code exact}: what becomes of divisors that are no power
 *     of two
 * @param executor name of what runs the program
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
    String executor)
    implements Serializable {

  public PointOptions {
    // Not SortedMap.copyOf: there is none, and this one must be serializable and print in order.
    heuristics = Collections.unmodifiableSortedMap(new TreeMap<>(heuristics));
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
        "embedded");
  }

  public PointOptions withL1Bytes(int bytes) {
    return new PointOptions(
        bytes,
        l2Bytes,
        l3Bytes,
        cores,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor);
  }

  public PointOptions withL2Bytes(int bytes) {
    return new PointOptions(
        l1Bytes,
        bytes,
        l3Bytes,
        cores,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor);
  }

  public PointOptions withL3Bytes(int bytes) {
    return new PointOptions(
        l1Bytes,
        l2Bytes,
        bytes,
        cores,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor);
  }

  public PointOptions withCores(int count) {
    return new PointOptions(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        count,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor);
  }

  public PointOptions withClockHertz(long hertz) {
    return new PointOptions(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        hertz,
        tiling,
        heuristics,
        toolchain,
        requantization,
        executor);
  }

  public PointOptions withTiling(String policy) {
    return new PointOptions(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        clockHertz,
        policy,
        heuristics,
        toolchain,
        requantization,
        executor);
  }

  public PointOptions withHeuristics(SortedMap<String, Double> weights) {
    return new PointOptions(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        clockHertz,
        tiling,
        weights,
        toolchain,
        requantization,
        executor);
  }

  public PointOptions withToolchain(String name) {
    return new PointOptions(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        clockHertz,
        tiling,
        heuristics,
        name,
        requantization,
        executor);
  }

  public PointOptions withRequantization(String name) {
    return new PointOptions(
        l1Bytes,
        l2Bytes,
        l3Bytes,
        cores,
        clockHertz,
        tiling,
        heuristics,
        toolchain,
        name,
        executor);
  }

  public PointOptions withExecutor(String name) {
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
        name);
  }
}
