package dev.marlin.explorer.benchmark;

import dev.marlin.kernels.FirmwareBuilder;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Times kernels alone, with their data in L1. Simulated cycles are exact: they vary not at all. */
public final class KernelBenchmark {
  private final FirmwareBuilder builder;

  /**
   * @param builder makes the programs
   */
  public KernelBenchmark(FirmwareBuilder builder) {
    this.builder = builder;
  }

  /**
   * Runs a line.
   *
   * @param cores numbers of cores to run it on, 1 to 16 each; the last gives the code's size
   */
  public KernelTiming run(KernelCase measured, List<Integer> cores) {
    SortedMap<Integer, Long> cycles = new TreeMap<>();
    int codeBytes = 0;
    String function = "";
    for (int n : cores) {
      BenchmarkProgram program = new BenchmarkProgram(builder, measured, n);
      cycles.put(n, program.cycles());
      codeBytes = program.codeBytes();
      function = program.function();
    }
    return new KernelTiming(measured, function, cycles, codeBytes);
  }
}
