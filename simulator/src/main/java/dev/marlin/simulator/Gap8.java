package dev.marlin.simulator;

import java.io.OutputStream;

/**
 * A chip with a program in its memory, ready to run: the short way to the simulator.
 *
 * <pre>{@code
 * RunResult result =
 *     Gap8.boot(Program.read(Path.of("app.elf")), ChipConfig.gap8().withCores(4))
 *         .l3(Files.readAllBytes(Path.of("l3.bin")))
 *         .stdout(System.out)
 *         .run(Limits.cycles(1_000_000_000));
 * }</pre>
 *
 * <p>Each run begins with a reset, so one object may run any number of times, in any number of
 * threads, with the same result. Probes, traces, profiles and timelines: {@link #options} and
 * {@link Simulator#run}.
 */
public final class Gap8 {
  private final Program program;
  private final RunOptions options;

  /**
   * When a run is given up.
   *
   * @param cycles of the cluster's clock, at least 1
   */
  public record Limits(long cycles) {
    public Limits {
      if (cycles < 1) {
        throw new IllegalArgumentException("The limit is " + cycles + " cycles, not at least 1.");
      }
    }

    /** A limit of so many cycles of the cluster's clock. */
    public static Limits cycles(long cycles) {
      return new Limits(cycles);
    }
  }

  private Gap8(Program program, RunOptions options) {
    this.program = program;
    this.options = options;
  }

  /** A chip that will start at the program's entry. */
  public static Gap8 boot(Program program, ChipConfig config) {
    return new Gap8(program, RunOptions.defaults().withChip(config));
  }

  /** The same with contents of HyperRAM from its first byte on, at most as many bytes as it has. */
  public Gap8 l3(byte[] image) {
    return new Gap8(program, options.withL3Image(image));
  }

  /** The same with contents of HyperFlash from its first byte on, at most 64 MiB. */
  public Gap8 flash(byte[] image) {
    return new Gap8(program, options.withFlashImage(image));
  }

  /** The same with a stream that gets what the program prints; it is flushed, not closed. */
  public Gap8 stdout(OutputStream out) {
    return new Gap8(program, options.withStdout(out));
  }

  /** What the chip would run with, for {@link Simulator#run}. */
  public RunOptions options() {
    return options;
  }

  /**
   * Resets the chip and runs the program until it exits.
   *
   * @throws SimulationException when the program goes wrong, or takes longer than the limits allow
   */
  public RunResult run(Limits limits) {
    return Simulator.run(program, options.withMaxCycles(limits.cycles()));
  }
}
