package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.CodeVersion;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tries everything that Marlin needs of a machine, by doing it. */
@Command(
    name = "doctor",
    header = "Checks that this machine has what Marlin needs.",
    description =
        "Compiles and simulates a small program, solves a small problem, sends a task through"
            + " Spark. The exit status is 1 if something that is needed does not work.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class DoctorCommand implements Callable<Integer> {
  private final Console console;
  private boolean healthy = true;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    check("marlin", () -> Version.text() + ", code " + CodeVersion.current());
    check(
        "java",
        () ->
            System.getProperty("java.version")
                + ", "
                + System.getProperty("java.vendor")
                + ", "
                + System.getProperty("java.home"));
    check(
        "machine",
        () ->
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ", "
                + Runtime.getRuntime().availableProcessors()
                + " cores, at most "
                + Runtime.getRuntime().maxMemory() / (1 << 20)
                + " MiB for Java");
    check("cache", DoctorChecks::cache);
    check("compiler", () -> DoctorChecks.compiler(console));
    check("or-tools", DoctorChecks::solver);
    check("spark", DoctorChecks::spark);
    optional("gcc", () -> DoctorChecks.toolchain("gcc"));
    optional("gap", () -> DoctorChecks.toolchain("gap"));
    optional("gvsoc", DoctorChecks::gvsoc);
    return healthy ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private void check(String what, Callable<String> test) {
    try {
      console.out().printf("ok       %-9s %s%n", what, test.call());
    } catch (Exception | LinkageError e) {
      healthy = false;
      console.out().printf("FAILED   %-9s %s%n", what, oneLine(e));
    }
    console.out().flush();
  }

  private void optional(String what, Callable<String> test) {
    try {
      console.out().printf("ok       %-9s %s%n", what, test.call());
    } catch (Exception e) {
      console.out().printf("absent   %-9s %s (optional)%n", what, oneLine(e));
    }
  }

  private static String oneLine(Throwable e) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
