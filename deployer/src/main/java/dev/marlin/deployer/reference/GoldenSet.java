package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one recording in a folder: {@code input.txt} and {@code out_layer<i>.txt}, or {@code
 * input_<n>.txt} and {@code out_<n>_layer<i>.txt}.
 *
 * @param folder that holds them
 * @param number n, or empty text for the set without one
 */
public record GoldenSet(Path folder, String number) {
  private static final Pattern INPUT = Pattern.compile("input(?:_(\\d{1,9}))?\\.txt");

  /**
   * The sets of {@code folder}: the one without a number first, the others by number.
   *
   * @throws ModelException if there is no such folder, or no set in it
   */
  public static List<GoldenSet> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException("no such folder of golden files: " + folder);
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<GoldenSet> sets =
          files
              .map(file -> INPUT.matcher(String.valueOf(file.getFileName())))
              .filter(Matcher::matches)
              .map(match -> match.group(1) == null ? "" : match.group(1))
              .sorted(Comparator.comparingInt(n -> n.isEmpty() ? -1 : Integer.parseInt(n)))
              .map(number -> new GoldenSet(folder, number))
              .toList();
      if (sets.isEmpty()) {
        throw new ModelException("golden file " + folder.resolve("input.txt") + " is missing");
      }
      return sets;
    } catch (IOException e) {
      throw new ModelException("cannot read folder " + folder + ": " + e, e);
    }
  }

  /** The first set of {@code folder}. */
  public static GoldenSet first(Path folder) {
    return in(folder).get(0);
  }

  /** The recorded input. */
  public Path input() {
    return folder.resolve(number.isEmpty() ? "input.txt" : "input_" + number + ".txt");
  }

  /** The recorded output of layer {@code i}. */
  public Path output(int i) {
    String set = number.isEmpty() ? "" : number + "_";
    return folder.resolve("out_" + set + "layer" + i + ".txt");
  }
}
