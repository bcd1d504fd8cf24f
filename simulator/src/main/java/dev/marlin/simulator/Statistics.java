package dev.marlin.simulator;

import java.util.List;

/**
 * What a run took.
 *
 * @param cycles from reset to exit, of the cluster's clock
 * @param fcCycles the same in cycles of the fabric controller's clock
 * @param instructions executed by all cores
 * @param cores one entry a core: the cluster's 0 to n-1, then the fabric controller
 * @param dma what the cluster's DMA moved
 * @param l3 what went over the HyperBus
 * @param hostSeconds time on the host
 */
public record Statistics(
    long cycles,
    long fcCycles,
    long instructions,
    List<Core> cores,
    Dma dma,
    L3 l3,
    double hostSeconds) {

  public Statistics {
    cores = List.copyOf(cores);
  }

  /** Millions of simulated instructions per host second; 0 for a run of no time. */
  public double mips() {
    return hostSeconds > 0 ? instructions / hostSeconds * 1e-6 : 0;
  }

  /** The share of its cycles in which the fabric controller was awake, 0 to 1. */
  public double fcUtilisation() {
    return utilisation(cores.subList(cores.size() - 1, cores.size()), fcCycles);
  }

  /** The share of their cycles in which the cluster's cores were awake, 0 to 1. */
  public double clusterUtilisation() {
    return utilisation(cores.subList(0, cores.size() - 1), cycles);
  }

  private static double utilisation(List<Core> cores, long cycles) {
    long active = cores.stream().mapToLong(Core::activeCycles).sum();
    return cycles > 0 ? active / (double) (cycles * cores.size()) : 0;
  }

  /**
   * One core's share.
   *
   * @param index 0 to n-1: cluster core; n: fabric controller
   * @param instructions executed
   * @param activeCycles cycles of its clock in which the core was not asleep: one for each
   *     instruction, and the stalls
   * @param sleepCycles cycles from reset to exit that it was asleep or not yet started
   * @param icacheMisses lines that an instruction cache fetched because this core asked for them
   * @param stalls cycles lost while active, by cause
   */
  public record Core(
      int index,
      long instructions,
      long activeCycles,
      long sleepCycles,
      long icacheMisses,
      Stalls stalls) {}

  /**
   * Cycles lost, by cause.
   *
   * @param loadUse waiting for the operand that the instruction before delivers late
   * @param branch taken branches and jumps
   * @param icache waiting for instructions
   * @param l1Contention waiting for a bank of L1 that another core or the DMA uses
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

  /**
   * The cluster's DMA.
   *
   * @param bytesIn moved into L1
   * @param bytesOut moved out of L1
   * @param busyIn cycles in which a word went into L1
   * @param busyOut cycles in which a word came from L1
   */
  public record Dma(long bytesIn, long bytesOut, long busyIn, long busyOut) {}

  /**
   * The HyperBus.
   *
   * @param bytesRead from HyperRAM
   * @param bytesWritten to HyperRAM
   * @param flashBytesRead from HyperFlash
   * @param busyCycles cycles of the fabric controller's clock in which a transfer was under way
   */
  public record L3(long bytesRead, long bytesWritten, long flashBytesRead, long busyCycles) {}
}
