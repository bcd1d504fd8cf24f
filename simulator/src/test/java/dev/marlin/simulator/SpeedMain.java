package dev.marlin.simulator;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Measures both engines, in turn, on one program: {@code SpeedMain PROGRAM.elf RUNS [L3] [L1 L2]}.
 *
 * <p>Prints millions of instructions and of cluster cycles per second of the simulating thread's
 * processor time, without what the JVM's compiler threads take, and the bytes that the run
 * allocated.
 */
final class SpeedMain {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private SpeedMain() {}

  public static void main(String[] args) throws Exception {
    Program program = Program.read(Path.of(args[0]));
    RunOptions options = RunOptions.defaults();
    if (args.length > 4) {
      options =
          options.withChip(
              options
                  .chip()
                  .withL1Bytes(Integer.decode(args[3]))
                  .withL2Bytes(Integer.decode(args[4])));
    }
    if (args.length > 2 && !args[2].isEmpty()) {
      options = options.withL3Image(Files.readAllBytes(Path.of(args[2])));
    }
    for (int run = 0; run < Integer.parseInt(args[1]); run++) {
      for (RunOptions.Engine engine : RunOptions.Engine.values()) {
        Machine machine = new Machine(program, options.withEngine(engine));
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = THREADS.getCurrentThreadCpuTime();
        machine.run();
        double seconds = (THREADS.getCurrentThreadCpuTime() - start) * 1e-9;
        allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        Statistics statistics = machine.statistics(seconds);
        System.out.printf(
            Locale.ROOT,
            "%-11s %d cycles, %.1f M instructions/s, %.1f M cycles/s, %d ms, %d KiB allocated%n",
            engine,
            statistics.cycles(),
            statistics.instructions() / seconds * 1e-6,
            statistics.cycles() / seconds * 1e-6,
            Math.round(seconds * 1000),
            allocated >> 10);
      }
    }
  }
}
