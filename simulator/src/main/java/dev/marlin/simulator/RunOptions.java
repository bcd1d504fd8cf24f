package dev.marlin.simulator;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How to run a program.
 *
 * @param chip what to run it on
 * @param l3Image contents of HyperRAM from offset 0; the rest is 0xff. Not copied: leave it alone
 *     while the run lasts
 * @param flashImage contents of HyperFlash from its first byte; the rest is 0xff. Not copied
 * @param maxCycles the run fails beyond this many cycles of the cluster's clock, at least 1
 * @param stdout gets the bytes that the program prints
 * @param probes called at these addresses
 * @param trace instructions of functions whose {@code symbol+offset} contains a match are written
 *     to traceTo; empty for no trace
 * @param traceTo where the instruction trace goes
 * @param profileTo gets the cycles by call stack as folded stacks; empty for no profile
 * @param timelineTo gets what cores and transfers do over time as Chrome trace JSON; empty for none
 * @param files the folder whose files the program may read and write by semihosting; empty for none
 * @param engine how instructions are executed: results and cycles do not depend on it
 */
@SuppressWarnings("ArrayRecordComponent") // the image is large and only read
public record RunOptions(
    ChipConfig chip,
    byte[] l3Image,
    byte[] flashImage,
    long maxCycles,
    OutputStream stdout,
    Map<Integer, Probe> probes,
    Optional<Pattern> trace,
    PrintStream traceTo,
    Optional<OutputStream> profileTo,
    Optional<OutputStream> timelineTo,
    Optional<Path> files,
    Engine engine,
    Translations translations) {

  /** How instructions are executed. */
  public enum Engine {
    /** One after the other, cores in turn: slow, and simple enough to check the other by. */
    INTERPRETER,
    /**
     * Each core some way ahead of the others, interpreted first; what is executed often is
     * translated to JVM bytecode.
     */
    TRANSLATOR
  }

  public RunOptions {
    if (maxCycles < 1) {
      throw new IllegalArgumentException("maxCycles is " + maxCycles + " but must be at least 1.");
    }
    if (l3Image.length > chip.l3Bytes()) {
      throw new IllegalArgumentException(
          "The L3 image has "
              + l3Image.length
              + " bytes but the chip has "
              + chip.l3Bytes()
              + " bytes of L3.");
    }
    if (flashImage.length > HyperFlash.SIZE) {
      throw new IllegalArgumentException(
          "The flash image has "
              + flashImage.length
              + " bytes but HyperFlash has "
              + HyperFlash.SIZE
              + ".");
    }
    probes = Map.copyOf(probes);
  }

  /**
   * GAP8, empty L3 and flash, 10^10 cycles (100 s of a GAP8 at 100 MHz), output thrown away, no
   * probes, no trace, no profile, no timeline, no files, the translator with translations of its
   * own.
   */
  public static RunOptions defaults() {
    return new RunOptions(
        ChipConfig.gap8(),
        new byte[0],
        new byte[0],
        10_000_000_000L,
        OutputStream.nullOutputStream(),
        Map.of(),
        Optional.empty(),
        new PrintStream(OutputStream.nullOutputStream()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Engine.TRANSLATOR,
        new Translations());
  }

  public RunOptions withChip(ChipConfig newChip) {
    return with(draft -> draft.chip = newChip);
  }

  public RunOptions withL3Image(byte[] image) {
    return with(draft -> draft.l3Image = image);
  }

  public RunOptions withFlashImage(byte[] image) {
    return with(draft -> draft.flashImage = image);
  }

  public RunOptions withMaxCycles(long cycles) {
    return with(draft -> draft.maxCycles = cycles);
  }

  public RunOptions withStdout(OutputStream out) {
    return with(draft -> draft.stdout = out);
  }

  public RunOptions withProbes(Map<Integer, Probe> newProbes) {
    return with(draft -> draft.probes = newProbes);
  }

  public RunOptions withTrace(Pattern pattern, PrintStream to) {
    return with(
        draft -> {
          draft.trace = Optional.of(pattern);
          draft.traceTo = to;
        });
  }

  public RunOptions withProfile(OutputStream to) {
    return with(draft -> draft.profileTo = Optional.of(to));
  }

  public RunOptions withTimeline(OutputStream to) {
    return with(draft -> draft.timelineTo = Optional.of(to));
  }

  public RunOptions withFiles(Path folder) {
    return with(draft -> draft.files = Optional.of(folder));
  }

  public RunOptions withEngine(Engine newEngine) {
    return with(draft -> draft.engine = newEngine);
  }

  /** With translations that other simulators of this JVM share: what they met is not made again. */
  public RunOptions withTranslations(Translations shared) {
    return with(draft -> draft.translations = shared);
  }

  private RunOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** The options while one of them changes. */
  private static final class Draft {
    ChipConfig chip;
    byte[] l3Image;
    byte[] flashImage;
    long maxCycles;
    OutputStream stdout;
    Map<Integer, Probe> probes;
    Optional<Pattern> trace;
    PrintStream traceTo;
    Optional<OutputStream> profileTo;
    Optional<OutputStream> timelineTo;
    Optional<Path> files;
    Engine engine;
    Translations translations;

    Draft(RunOptions of) {
      chip = of.chip;
      l3Image = of.l3Image;
      flashImage = of.flashImage;
      maxCycles = of.maxCycles;
      stdout = of.stdout;
      probes = of.probes;
      trace = of.trace;
      traceTo = of.traceTo;
      profileTo = of.profileTo;
      timelineTo = of.timelineTo;
      files = of.files;
      engine = of.engine;
      translations = of.translations;
    }

    RunOptions options() {
      return new RunOptions(
          chip,
          l3Image,
          flashImage,
          maxCycles,
          stdout,
          probes,
          trace,
          traceTo,
          profileTo,
          timelineTo,
          files,
          engine,
          translations);
    }
  }
}
