package dev.marlin.explorer.cli;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.explorer.engine.EngineException;
import dev.marlin.explorer.execution.gvsoc.GvsocException;
import dev.marlin.explorer.store.StoreException;
import dev.marlin.explorer.sweep.Nearest;
import dev.marlin.explorer.sweep.SweepException;
import dev.marlin.kernels.ToolchainException;
import dev.marlin.simulator.ProgramFormatException;
import dev.marlin.simulator.SimulationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one line on stderr and an exit status. */
final class Errors {
  private final Console console;

  Errors(Console console) {
    this.console = console;
  }

  /** The command line cannot be understood. */
  int wrongCommandLine(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    String message = e.getMessage();
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      message = unmatched(line, unmatched.getUnmatched().get(0), args);
    } else if (e.getCause() instanceof IllegalArgumentException cause) {
      message = argument(e, cause);
    }
    print(message + " (" + line.getCommandSpec().qualifiedName() + " --help shows the options)");
    return ExitStatus.USAGE;
  }

  private static String unmatched(CommandLine line, String word, String... args) {
    if (!word.startsWith("-")) {
      return "unexpected argument \"" + word + "\"" + meantCommand(line, args);
    }
    String name = word.split("=", 2)[0];
    return "unknown option " + name + Nearest.hint(name, new TreeSet<>(optionNames(line)));
  }

  /** At the top, a misspelt command is taken for a sweep and its arguments are too many. */
  private static String meantCommand(CommandLine line, String... args) {
    return line.getParent() != null
        ? ""
        : Nearest.of(args[0], line.getSubcommands().keySet())
            .map(near -> "; did you mean explore " + near + "?")
            .orElse("");
  }

  private static List<String> optionNames(CommandLine line) {
    return line.getCommandSpec().options().stream()
        .filter(option -> !option.hidden())
        .map(CommandLine.Model.OptionSpec::longestName)
        .toList();
  }

  private static String argument(ParameterException e, IllegalArgumentException cause) {
    return e.getArgSpec() instanceof CommandLine.Model.OptionSpec option
        ? option.longestName() + ": " + cause.getMessage()
        : String.valueOf(cause.getMessage());
  }

  /** A command ended with an exception. */
  int failed(Exception e, CommandLine line, ParseResult parsed) {
    boolean debug = line.getCommandSpec().root().optionsMap().get("--debug").getValue();
    if (debug) {
      e.printStackTrace(console.err());
    }
    String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    if (e instanceof CommandException command) {
      print(message);
      return command.status();
    }
    if (e instanceof InfeasibleException) {
      print("infeasible: " + message);
      return ExitStatus.INFEASIBLE;
    }
    if (e instanceof ModelException
        || e instanceof ProgramFormatException
        || e instanceof SweepException
        || e instanceof GvsocException
        || e instanceof StoreException) {
      print(message);
      return ExitStatus.USAGE;
    }
    if (e instanceof ToolchainException) {
      // Nothing of what a compiler says may be lost.
      console.err().println("explore: " + message);
      return ExitStatus.FAILED;
    }
    return unforeseen(e, message, debug);
  }

  private int unforeseen(Exception e, String message, boolean debug) {
    if (e instanceof IOException io) {
      print(file(io));
      return ExitStatus.USAGE;
    }
    if (e instanceof UncheckedIOException io) {
      print(io.getMessage() == null ? file(io.getCause()) : io.getMessage());
      return ExitStatus.FAILED;
    }
    if (e instanceof IllegalArgumentException) {
      print(message);
      return ExitStatus.USAGE;
    }
    if (e instanceof EngineException) {
      print(message);
      return ExitStatus.FAILED;
    }
    if (e instanceof SimulationException) {
      print(message);
      return ExitStatus.FAILED;
    }
    print(
        "internal error: "
            + e
            + (debug ? "" : "; --debug shows where, please report it with the command line"));
    return ExitStatus.FAILED;
  }

  /** What is wrong with which file. */
  static String file(IOException e) {
    String what = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      return what + ": no such file";
    }
    if (e instanceof AccessDeniedException) {
      return what + ": permission denied";
    }
    if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
      return what + ": exists, but is no folder";
    }
    return what;
  }

  private void print(String message) {
    console.err().println("explore: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
  }
}
