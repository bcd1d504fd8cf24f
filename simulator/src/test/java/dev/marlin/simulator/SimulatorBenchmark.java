package dev.marlin.simulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Simulated instructions and cluster cycles a second, and the time that a short program takes.
 *
 * <p>{@code program} is the name of a calibration program, found through {@code MARLIN_SHARED}, or
 * a directory with {@code program.elf} and {@code l3.bin} as deployment writes it. With {@code -t
 * 2} two threads simulate, each its own chip, with the same translations.
 */
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-XX:FreqInlineSize=90"})
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 5, time = 5)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SimulatorBenchmark {

  /** What is simulated: the same for all threads. */
  @State(Scope.Benchmark)
  public static class Chip {
    @Param("kern_conv_dma")
    public String program = "";

    @Param({"translator", "interpreter"})
    public String engine = "";

    private Program elf = Program.parse(Code.elf(new byte[4], Code.BASE), "none");
    private RunOptions options = RunOptions.defaults();

    /** Reads the program. */
    @Setup
    public void read() throws IOException {
      Path directory = Path.of(program);
      RunOptions chosen = RunOptions.defaults();
      if (Files.isDirectory(directory)) {
        elf = Program.read(directory.resolve("program.elf"));
        chosen = chosen.withL3Image(Files.readAllBytes(directory.resolve("l3.bin")));
      } else {
        Path shared = CalibrationTest.directory().orElse(Path.of("../shared"));
        elf = Program.read(shared.resolve("calibration/programs/" + program + ".elf"));
      }
      options = chosen.withEngine(RunOptions.Engine.valueOf(engine.toUpperCase(Locale.ROOT)));
    }
  }

  /** Counted by each thread; printed as a second's. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Counts {
    public long instructions;
    public long cycles;
  }

  /** A whole run. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  public int run(Chip chip, Counts counts) {
    RunResult result = Simulator.run(chip.elf, chip.options);
    counts.instructions += result.statistics().instructions();
    counts.cycles += result.statistics().cycles();
    return result.exitStatus();
  }

  /** A chip is made, and a program run that ends at once. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public int startUp() {
    Code code = new Code();
    code.exit(0);
    Program program = Program.parse(Code.elf(code.bytes(), Code.BASE), "short");
    return Simulator.run(program, RunOptions.defaults()).exitStatus();
  }
}
