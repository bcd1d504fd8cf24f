package dev.marlin.explorer.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * The program {@code explore}. {@link ExploreCommand} is the command line's top; each sub-command
 * is a class beside it, which only translates options to calls of the other rooms: {@link
 * dev.marlin.explorer.sweep.SweepReader} reads sweeps, {@link
 * dev.marlin.explorer.engine.SweepEngine} runs them, {@link
 * dev.marlin.explorer.execution.PointExecution} takes one design point from ONNX to checked cycles,
 * {@link dev.marlin.explorer.store.ResultStore} keeps the rows.
 */
public final class Main {
  private static final int OUT_BUFFER = 1 << 16;

  private Main() {}

  /** Runs one command line and ends the process. */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUT_BUFFER),
            false,
            StandardCharsets.UTF_8);
    // Libraries print to System.out at will: what is not ours belongs to stderr.
    System.setOut(System.err);
    Path folder = Path.of("").toAbsolutePath();
    Path root = Path.of(System.getProperty("marlin.root", folder.toString()));
    int status = run(new Console(out, System.err, folder, root), args);
    out.flush();
    System.exit(status);
  }

  /** Runs one command line; returns the exit status. */
  static int run(Console console, String... args) {
    CommandLine line = new CommandLine(ExploreCommand.class, new Factory(console));
    line.setOut(new java.io.PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new java.io.PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(false);
    line.setUsageHelpAutoWidth(true);
    Errors errors = new Errors(console);
    line.setParameterExceptionHandler(errors::wrongCommandLine);
    line.setExecutionExceptionHandler(errors::failed);
    try {
      return line.execute(args);
    } finally {
      console.out().flush();
    }
  }

  /** Hands every command the console. */
  private record Factory(Console console) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      try {
        return type.getDeclaredConstructor(Console.class).newInstance(console);
      } catch (NoSuchMethodException e) {
        return CommandLine.defaultFactory().create(type);
      }
    }
  }
}
