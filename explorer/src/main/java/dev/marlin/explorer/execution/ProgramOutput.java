package dev.marlin.explorer.execution;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines by which a program reports, on every executor alike.
 *
 * @param total cycles end to end
 * @param layers cycles of each layer, in order
 * @param hashes of each layer's output, in order; empty if the program printed none
 */
public record ProgramOutput(long total, List<Long> layers, List<Integer> hashes) {
  private static final Pattern LAYER =
      Pattern.compile("marlin layer (\\d{1,5}) cycles (\\d{1,18})");
  private static final Pattern HASH = Pattern.compile("marlin layer (\\d{1,5}) hash ([0-9a-f]{8})");
  private static final Pattern TOTAL = Pattern.compile("marlin total cycles (\\d{1,18})");

  /**
   * Reads what a program printed.
   *
   * @param layers how many layers must have reported
   * @throws ExecutionException if a line is missing
   */
  public static ProgramOutput parse(String text, int layers) {
    long total = -1;
    Long[] cycles = new Long[layers];
    Integer[] hashes = new Integer[layers];
    for (String line : text.lines().toList()) {
      Matcher layer = LAYER.matcher(line);
      Matcher hash = HASH.matcher(line);
      Matcher end = TOTAL.matcher(line);
      if (layer.matches()) {
        cycles[index(layer, layers, text)] = Long.valueOf(layer.group(2));
      } else if (hash.matches()) {
        hashes[index(hash, layers, text)] = Integer.parseUnsignedInt(hash.group(2), 16);
      } else if (end.matches()) {
        total = Long.parseLong(end.group(1));
      }
    }
    int missing = Arrays.asList(cycles).indexOf(null);
    if (missing >= 0) {
      throw bad("printed no cycles of layer " + missing + " of " + layers, text);
    }
    if (total < 0) {
      throw bad("printed no line \"marlin total cycles\"", text);
    }
    boolean hashed = layers > 0 && Arrays.stream(hashes).allMatch(Objects::nonNull);
    return new ProgramOutput(total, List.of(cycles), hashed ? List.of(hashes) : List.of());
  }

  private static int index(Matcher line, int layers, String text) {
    int index = Integer.parseInt(line.group(1));
    if (index >= layers) {
      throw bad("reports a layer " + index + ", the network has " + layers, text);
    }
    return index;
  }

  /**
   * The hash of a layer's output.
   *
   * @throws ExecutionException if the program printed no hashes
   */
  public int hash(int layer) {
    if (hashes.isEmpty()) {
      throw new ExecutionException("output", "the program printed no hashes", "", null);
    }
    return hashes.get(layer);
  }

  private static ExecutionException bad(String what, String text) {
    return new ExecutionException("output", "the program " + what, text, null);
  }
}
