package dev.marlin.explorer.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The command line that runs one point of a sweep alone. */
public final class Reproduction {
  private Reproduction() {}

  /** For a POSIX shell, with the options that are not the defaults. */
  public static String command(DesignPoint point) {
    PointOptions options = point.options();
    PointOptions defaults = PointOptions.defaults();
    List<String> words = new ArrayList<>(List.of("explore", "run", point.model().location()));
    add(words, "--l1", ByteSize.format(options.l1Bytes()), ByteSize.format(defaults.l1Bytes()));
    add(words, "--l2", ByteSize.format(options.l2Bytes()), ByteSize.format(defaults.l2Bytes()));
    add(words, "--l3", ByteSize.format(options.l3Bytes()), ByteSize.format(defaults.l3Bytes()));
    add(words, "--cores", "" + options.cores(), "" + defaults.cores());
    add(
        words,
        "--clock",
        Frequency.format(options.clockHertz()),
        Frequency.format(defaults.clockHertz()));
    add(words, "--tiling", options.tiling(), defaults.tiling());
    options
        .heuristics()
        .forEach((name, weight) -> words.addAll(List.of("--heuristic", name + "=" + weight)));
    add(words, "--toolchain", options.toolchain(), defaults.toolchain());
    add(words, "--requantization", options.requantization(), defaults.requantization());
    options.chip().forEach((name, value) -> words.addAll(List.of("--chip", name + "=" + value)));
    add(words, "--executor", options.executor(), defaults.executor());
    return words.stream().map(Reproduction::quoted).collect(Collectors.joining(" "));
  }

  private static void add(List<String> words, String option, String value, String byDefault) {
    if (!value.equals(byDefault)) {
      words.addAll(List.of(option, value));
    }
  }

  /** A word that a shell takes as it is, whatever is in it. */
  public static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:=+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
