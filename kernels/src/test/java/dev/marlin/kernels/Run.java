package dev.marlin.kernels;

import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Probe;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a program did in the simulator.
 *
 * @param status its exit status
 * @param lines what it printed
 * @param result what the simulator measured
 */
record Run(int status, List<String> lines, RunResult result) {

  private static final long MAX_CYCLES = 50_000_000;

  static Run of(FirmwareTarget target, FirmwareImage image, byte[] l3) {
    return of(target, image, l3, Map.of());
  }

  /**
   * @param probes called at the functions of these names
   */
  static Run of(FirmwareTarget target, FirmwareImage image, byte[] l3, Map<String, Probe> probes) {
    return of(target, image, RunOptions.defaults().withL3Image(l3.clone()), probes);
  }

  /** With HyperRAM empty and a flash. */
  static Run fromFlash(FirmwareTarget target, FirmwareImage image, byte[] flash) {
    return of(target, image, RunOptions.defaults().withFlashImage(flash), Map.of());
  }

  /**
   * @param base L3, flash and what the chip has beside cores, L1 and L2
   * @param probes called at the functions of these names
   */
  static Run of(
      FirmwareTarget target, FirmwareImage image, RunOptions base, Map<String, Probe> probes) {
    ChipConfig chip =
        base.chip()
            .withCores(target.cores())
            .withL1Bytes(target.l1Bytes())
            .withL2Bytes(target.l2Bytes());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<Integer, Probe> at =
        probes.entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    e -> (int) image.address(e.getKey()), Map.Entry::getValue));
    RunOptions options =
        base.withChip(chip).withMaxCycles(MAX_CYCLES).withStdout(out).withProbes(at);
    RunResult result = Simulator.run(Program.parse(image.elf(), "test"), options);
    return new Run(
        result.exitStatus(), out.toString(StandardCharsets.UTF_8).lines().toList(), result);
  }

  List<String> hashLines() {
    return lines.stream().filter(line -> line.contains(" hash ")).toList();
  }

  /** The cycles of layer {@code i}, or the total for {@code "total"}. */
  long cycles(String what) {
    String prefix = "marlin " + what + " cycles ";
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line '" + prefix + "' in " + lines));
  }
}
