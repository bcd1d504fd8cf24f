package dev.marlin.explorer.execution;

import dev.marlin.deployer.codegen.ProgramReport;
import java.util.List;

/** Something that runs a built application and checks what it computes. Stateless. */
public interface Executor {

  /** As on the command line. */
  String name();

  /** Of what runs the program: another version may come to other cycles. Part of a run's key. */
  String version();

  /** What programs must print: hashes of their outputs, where memory cannot be read. */
  default ProgramReport programReport() {
    return ProgramReport.CYCLES;
  }

  /**
   * Runs an application once.
   *
   * @param image what HyperRAM holds: constants and input
   * @param expected output of every layer, in order; elements in HWC order
   * @throws ExecutionException if the program goes wrong before its end
   */
  Execution execute(Build build, byte[] image, List<int[]> expected);
}
