package dev.marlin.simulator;

import java.util.List;

/**
 * What a run took.
 *
 * @param cycles from reset to exit; SoC and cluster run at the same clock
 * @param instructions executed by all cores
 * @param cores one entry a core: the cluster's 0 to n-1, then the fabric controller
 * @param dmaBytesIn bytes that the cluster DMA moved into L1
 * @param dmaBytesOut bytes that the cluster DMA moved out of L1
 * @param l3BytesRead bytes read from HyperRAM
 * @param l3BytesWritten bytes written to HyperRAM
 * @param hostSeconds time on the host
 * @param mips millions of simulated instructions per host second
 */
public record Statistics(
    long cycles,
    long instructions,
    List<Core> cores,
    long dmaBytesIn,
    long dmaBytesOut,
    long l3BytesRead,
    long l3BytesWritten,
    double hostSeconds,
    double mips) {

  public Statistics {
    cores = List.copyOf(cores);
  }

  /**
   * One core's share.
   *
   * @param index 0 to n-1: cluster core; n: fabric controller
   * @param instructions executed
   * @param activeCycles cycles in which the core was not asleep: one for each instruction, and the
   *     stalls
   * @param sleepCycles cycles from reset to exit that it was asleep or not yet started
   * @param stalls cycles lost while active, by cause
   */
  public record Core(
      int index, long instructions, long activeCycles, long sleepCycles, Stalls stalls) {}

  /**
   * Cycles lost, by cause.
   *
   * @param loadUse waiting for the operand that the instruction before delivers late
   * @param branch taken branches and jumps
   * @param icache waiting for instructions
   * @param l1Contention waiting for a bank of L1
   * @param external loads and stores beyond L1: L2, peripherals, the event unit
   * @param misaligned second halves of accesses that cross a word
   * @param other long multiplications and divisions, traps
   */
  public record Stalls(
      long loadUse,
      long branch,
      long icache,
      long l1Contention,
      long external,
      long misaligned,
      long other) {}
}
