package dev.marlin.simulator;

import java.nio.file.Path;

/**
 * Runs one program from the command line, for whoever works on the simulator: {@code RunMain
 * PROGRAM.elf [L1] [L2]}.
 */
final class RunMain {
  private RunMain() {}

  public static void main(String[] args) throws Exception {
    ChipConfig chip = ChipConfig.gap8();
    if (args.length > 2) {
      chip = chip.withL1Bytes(Integer.decode(args[1])).withL2Bytes(Integer.decode(args[2]));
    }
    RunOptions options =
        RunOptions.defaults().withChip(chip).withStdout(System.out).withMaxCycles(1_000_000_000L);
    RunResult result = Simulator.run(Program.read(Path.of(args[0])), options);
    System.err.println(result);
  }
}
