package dev.marlin.explorer.cli;

import dev.marlin.explorer.sweep.ByteSize;
import dev.marlin.simulator.FlashImage;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Simulator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a GAP8 program in the embedded simulator. Starts fast: loads nothing but the simulator. */
@Command(
    name = "simulate",
    header = "Runs a GAP8 program in the embedded simulator.",
    description =
        "Prints exactly what the program prints and exits with the program's status (1 if it goes"
            + " wrong). Without PROGRAM it boots from the flash.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class SimulateCommand implements Callable<Integer> {
  private static final int MAX_STATUS = 255;

  private final Console console;

  @Parameters(paramLabel = "PROGRAM.elf", arity = "0..1", description = "a linked program for GAP8")
  private @Nullable String program;

  @ArgGroup(validate = false, heading = "%nWhat it is given%n")
  private Memories memories = new Memories();

  @ArgGroup(validate = false, heading = "%nThe chip%n")
  private ChipOptions chip = new ChipOptions();

  @ArgGroup(validate = false, heading = "%nWhat to see%n")
  private Views views = new Views();

  /** What the memories outside the chip hold. */
  private static final class Memories {
    @Option(
        names = "--l3",
        paramLabel = "FILE",
        description = "what HyperRAM holds from its first byte on")
    private @Nullable String l3;

    @Option(
        names = "--flash",
        paramLabel = "FILE",
        description = "what HyperFlash holds: an image as the SDK's gapy makes it")
    private @Nullable String flash;

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "put a file into the ReadFS of a flash made for this run; may be repeated")
    private List<String> files = new ArrayList<>();

    @Option(
        names = "--save-flash",
        paramLabel = "FILE",
        description = "write that flash, with PROGRAM to boot")
    private @Nullable String saveFlash;

    @Option(
        names = "--semihosting",
        paramLabel = "DIR",
        description = "let the program read and write the files of this folder")
    private @Nullable String folder;
  }

  /** What is written about a run. */
  private static final class Views {
    @Option(
        names = "--stats",
        paramLabel = "FILE",
        description = "write cycles, instructions, stalls and bytes as JSON; - for stdout")
    private @Nullable String stats;

    @Option(
        names = "--profile",
        paramLabel = "FILE",
        description = "write cycles by call stack, for flamegraph.pl or speedscope")
    private @Nullable String profile;

    @Option(
        names = "--timeline",
        paramLabel = "FILE",
        description = "write what cores, DMA and L3 do over time, for ui.perfetto.dev")
    private @Nullable String timeline;

    @Option(
        names = "--trace",
        paramLabel = "REGEX",
        description = "print instructions of matching function+offset to stderr")
    private @Nullable String trace;

    @Option(
        names = "--max-cycles",
        paramLabel = "N",
        description = "give up after so many cycles of the cluster's clock")
    private @Nullable Long maxCycles;

    @Option(
        names = "--engine",
        paramLabel = "ENGINE",
        description = "translator (default) or interpreter: the same cycles, another speed")
    private String engine = "translator";
  }

  SimulateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    RunOptions options = options();
    byte[] flash = memories.flash == null ? new byte[0] : read(memories.flash);
    Program toRun = program(flash);
    if (!memories.files.isEmpty() || memories.saveFlash != null) {
      flash = makeFlash(toRun);
    }
    options = options.withFlashImage(flash).withStdout(console.out());
    RunResult result;
    try (OutputStream profile = create(views.profile);
        OutputStream timeline = create(views.timeline)) {
      options = views.profile == null ? options : options.withProfile(profile);
      options = views.timeline == null ? options : options.withTimeline(timeline);
      result = Simulator.run(toRun, options);
    }
    console.out().flush();
    if (views.stats != null) {
      byte[] json = StatisticsJson.write(result);
      if (views.stats.equals("-")) {
        console.out().write(json);
      } else {
        Files.write(console.resolve(views.stats), json);
      }
    }
    // A process has 8 bits of status: what does not fit must not look like success.
    return Math.min(result.exitStatus(), MAX_STATUS);
  }

  private Program program(byte[] flash) throws IOException {
    if (program != null) {
      return Program.read(console.resolve(program));
    }
    if (memories.flash == null) {
      throw CommandException.usage("give a PROGRAM.elf, or a --flash to boot from");
    }
    return FlashImage.bootProgram(flash, memories.flash);
  }

  private byte[] makeFlash(Program toRun) throws IOException {
    if (memories.flash != null) {
      throw CommandException.usage("--flash is whole already: give either it, or --file");
    }
    FlashImage image = new FlashImage().boot(toRun);
    for (String file : memories.files) {
      image.file(String.valueOf(Path.of(file).getFileName()), read(file));
    }
    byte[] flash = image.toBytes();
    if (memories.saveFlash != null) {
      Files.write(console.resolve(memories.saveFlash), flash);
    }
    return flash;
  }

  private byte[] read(String file) throws IOException {
    return Files.readAllBytes(console.resolve(file));
  }

  private OutputStream create(@Nullable String file) throws IOException {
    return file == null
        ? OutputStream.nullOutputStream()
        : new BufferedOutputStream(Files.newOutputStream(console.resolve(file)));
  }

  private RunOptions.Engine engine() {
    return switch (views.engine) {
      case "interpreter" -> RunOptions.Engine.INTERPRETER;
      case "translator" -> RunOptions.Engine.TRANSLATOR;
      default ->
          throw CommandException.usage(
              "--engine is translator or interpreter, not \"" + views.engine + "\"");
    };
  }

  private RunOptions options() throws IOException {
    RunOptions options = RunOptions.defaults().withChip(chip.chip()).withEngine(engine());
    if (memories.l3 != null) {
      byte[] image = read(memories.l3);
      if (image.length > options.chip().l3Bytes()) {
        throw CommandException.usage(
            memories.l3
                + ": "
                + image.length
                + " bytes, L3 has "
                + ByteSize.format(options.chip().l3Bytes()));
      }
      options = options.withL3Image(image);
    }
    if (memories.folder != null) {
      Path folder = console.resolve(memories.folder);
      if (!Files.isDirectory(folder)) {
        throw CommandException.usage("--semihosting: there is no folder " + memories.folder);
      }
      options = options.withFiles(folder);
    }
    if (views.maxCycles != null) {
      options = options.withMaxCycles(views.maxCycles);
    }
    return views.trace == null ? options : options.withTrace(pattern(views.trace), console.err());
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
