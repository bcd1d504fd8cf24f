package dev.marlin.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs one program of a toolchain to its end. */
final class Tool {

  private Tool() {}

  record Result(int status, String output) {
    boolean failed() {
      return status != 0;
    }

    /** The first line with "error" in it, else the first line. */
    String firstError() {
      return output
          .lines()
          .filter(line -> line.contains("error"))
          .findFirst()
          .orElse(output.lines().findFirst().orElse("no output, exit status " + status));
    }
  }

  /**
   * @return exit status and everything printed, standard output and error together
   * @throws ToolchainException if the program cannot be started
   */
  static Result run(Path folder, List<String> command) {
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new ToolchainException(
          "Cannot start " + command.get(0) + ": " + e.getMessage() + "\nMaybe it is not installed.",
          "");
    }
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolchainException("Interrupted while " + command.get(0) + " ran.", "");
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Runs a step of a build.
   *
   * @param what what is done, for the summary: "compile network.c"
   * @throws ToolchainException with the tool's whole output if it fails
   */
  static void step(String what, Path folder, List<String> command) {
    Result result = run(folder, command);
    if (result.failed()) {
      throw new ToolchainException("Cannot " + what + ": " + result.firstError(), result.output());
    }
  }
}
