package dev.marlin.explorer.cli;

import dev.marlin.deployer.zoo.Zoo;
import dev.marlin.explorer.sweep.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a model of the zoo, or lists them. */
@Command(
    name = "model",
    header = "Writes a model of the zoo as an ONNX file; without a name, lists them.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class ModelCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "name of a model of the zoo")
  private @Nullable String name;

  @Option(names = "--list", description = "list the names")
  private boolean list;

  @Option(names = "--out", paramLabel = "FILE.onnx", description = "the file to write")
  private @Nullable String out;

  ModelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (list && name != null) {
      throw CommandException.usage("--list lists all models; leave " + name + " out");
    }
    if (name == null) {
      if (out != null) {
        throw CommandException.usage("--out: name the model to write; explore model lists them");
      }
      Zoo.names().forEach(console.out()::println);
      return ExitStatus.OK;
    }
    if (!Zoo.contains(name)) {
      throw CommandException.usage(
          "there is no model \"" + name + "\" in the zoo" + Nearest.hint(name, Zoo.names()));
    }
    if (out == null) {
      throw CommandException.usage("name the file to write with --out " + name + ".onnx");
    }
    Path file = console.resolve(out);
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw CommandException.usage("--out: there is no folder " + folder);
    }
    byte[] onnx = Zoo.model(name);
    Files.write(file, onnx);
    console.out().println(file + ": " + onnx.length + " bytes");
    return ExitStatus.OK;
  }
}
