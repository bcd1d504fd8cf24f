package dev.marlin.explorer.cli;

import dev.marlin.explorer.sweep.ByteSize;
import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a GAP8 program in the embedded simulator. Starts fast: loads nothing but the simulator. */
@Command(
    name = "simulate",
    header = "Runs a GAP8 program in the embedded simulator.",
    description =
        "Prints exactly what the program prints and exits with the program's status (1 if it goes"
            + " wrong).",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
  private static final int MAX_STATUS = 255;

  private final Console console;

  @Parameters(paramLabel = "PROGRAM.elf", description = "a linked program for GAP8")
  private String program = "";

  @Option(
      names = "--l1",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "memory of the cluster (default: 64KiB)")
  private @Nullable Integer l1;

  @Option(
      names = "--l2",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "memory of the system on chip (default: 512KiB)")
  private @Nullable Integer l2;

  @Option(names = "--cores", paramLabel = "N", description = "cluster cores (default: 8)")
  private @Nullable Integer cores;

  @Option(
      names = "--l3",
      paramLabel = "FILE",
      description = "what HyperRAM (8MiB) holds from its first byte on")
  private @Nullable String l3;

  @Option(
      names = "--stats",
      paramLabel = "FILE",
      description = "write cycles, instructions, stalls and bytes as JSON; - for stdout")
  private @Nullable String stats;

  @Option(
      names = "--trace",
      paramLabel = "REGEX",
      description = "print instructions of matching function+offset to stderr")
  private @Nullable String trace;

  @Option(names = "--max-cycles", paramLabel = "N", description = "give up after so many cycles")
  private @Nullable Long maxCycles;

  SimulateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    RunOptions options = options();
    RunResult result =
        Simulator.run(Program.read(console.resolve(program)), options.withStdout(console.out()));
    console.out().flush();
    if (stats != null) {
      byte[] json = StatisticsJson.write(result);
      if (stats.equals("-")) {
        console.out().write(json);
      } else {
        Files.write(console.resolve(stats), json);
      }
    }
    // A process has 8 bits of status: what does not fit must not look like success.
    return Math.min(result.exitStatus(), MAX_STATUS);
  }

  private RunOptions options() throws IOException {
    ChipConfig chip = ChipConfig.gap8();
    chip = l1 == null ? chip : chip.withL1Bytes(l1);
    chip = l2 == null ? chip : chip.withL2Bytes(l2);
    chip = cores == null ? chip : chip.withCores(cores);
    RunOptions options = RunOptions.defaults().withChip(chip);
    if (l3 != null) {
      byte[] image = Files.readAllBytes(console.resolve(l3));
      if (image.length > chip.l3Bytes()) {
        throw CommandException.usage(
            l3 + ": " + image.length + " bytes, L3 has " + ByteSize.format(chip.l3Bytes()));
      }
      options = options.withL3Image(image);
    }
    if (maxCycles != null) {
      options = options.withMaxCycles(maxCycles);
    }
    return trace == null ? options : options.withTrace(pattern(trace), console.err());
  }

  private static Pattern pattern(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw CommandException.usage(
          "--trace: \"" + regex + "\" is no regular expression: " + e.getDescription());
    }
  }
}
