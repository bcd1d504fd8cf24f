package dev.marlin.explorer.execution;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines by which a program reports, on every executor alike.
 *
 * @param total cycles end to end
 * @param layers cycles of each layer, in order
 */
record ProgramOutput(long total, List<Long> layers) {
  private static final Pattern LAYER =
      Pattern.compile("marlin layer (\\d{1,5}) cycles (\\d{1,18})");
  private static final Pattern TOTAL = Pattern.compile("marlin total cycles (\\d{1,18})");

  /**
   * Reads what a program printed.
   *
   * @param layers how many layers must have reported
   * @throws ExecutionException if a line is missing
   */
  static ProgramOutput parse(String text, int layers) {
    long total = -1;
    Long[] cycles = new Long[layers];
    for (String line : text.lines().toList()) {
      Matcher layer = LAYER.matcher(line);
      Matcher end = TOTAL.matcher(line);
      if (layer.matches()) {
        int index = Integer.parseInt(layer.group(1));
        if (index >= layers) {
          throw bad("reports a layer " + index + ", the network has " + layers, text);
        }
        cycles[index] = Long.valueOf(layer.group(2));
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
    return new ProgramOutput(total, List.of(cycles));
  }

  private static ExecutionException bad(String what, String text) {
    return new ExecutionException("output", "the program " + what, text, null);
  }
}
