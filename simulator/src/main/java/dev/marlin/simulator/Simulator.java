package dev.marlin.simulator;

/**
 * Runs programs on a simulated GAP8.
 *
 * <pre>{@code
 * Program program = Program.read(Path.of("app.elf"));
 * RunResult result = Simulator.run(program, RunOptions.defaults().withStdout(System.out));
 * }</pre>
 *
 * <p>The chip: one fabric controller and the cluster cores, each a {@link Core} that executes
 * decoded instructions; {@link L1}, L2 and HyperRAM; an {@link Interconnect} between them and the
 * devices; two {@link ClockDomain}s on one {@link Timeline}. {@link Machine} puts them together.
 * Runs share nothing, so many may go on at the same time.
 */
public final class Simulator {
  private Simulator() {}

  /**
   * Loads a program into L2 and runs it from its entry until it exits.
   *
   * @throws SimulationException when the program goes wrong
   */
  public static RunResult run(Program program, RunOptions options) {
    long start = System.nanoTime();
    Machine machine = new Machine(program, options);
    int status = machine.run();
    return new RunResult(status, machine.statistics((System.nanoTime() - start) * 1e-9));
  }
}
