package dev.marlin.explorer.validation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program of DORY that was published with its times on a board, and the cycles that GVSOC needs
 * for the same network built by DORY: how far the reference itself is from silicon.
 *
 * @param program its name and versions
 * @param cores of the cluster
 * @param parts its layers, or the whole as one part; at least one
 */
public record BoardRun(String program, int cores, List<Part> parts) {
  private static final String HEADS = "program,cores,layer,name,board_cycles,gvsoc_cycles";
  private static final Pattern LINE =
      Pattern.compile("([^,]+),(\\d{1,2}),\\d{0,3},([^,]+),(\\d{1,12}),(\\d{1,12})");

  /**
   * A layer, or all of them.
   *
   * @param board cluster cycles on the board
   * @param gvsoc cluster cycles in GVSOC
   */
  public record Part(String name, long board, long gvsoc) {
    /** GVSOC's over the board's, less one. */
    public double error() {
      return Validation.error(gvsoc, board);
    }
  }

  public BoardRun {
    parts = List.copyOf(parts);
  }

  /** The runs that come with Marlin. */
  public static List<BoardRun> shipped() {
    try (InputStream in = BoardRun.class.getResourceAsStream("boards.csv")) {
      if (in == null) {
        throw new IllegalStateException("boards.csv is not on the class path");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "boards.csv");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads runs.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException naming the line that is wrong
   */
  static List<BoardRun> parse(String text, String name) {
    Map<String, BoardRun> runs = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.startsWith("#") || line.equals(HEADS) || line.isBlank()) {
        continue;
      }
      Matcher fields = LINE.matcher(line);
      if (!fields.matches()) {
        throw new IllegalArgumentException(
            name + ":" + number + ": not a line of a board's run: \"" + line + "\"");
      }
      Part part =
          new Part(
              fields.group(3), Long.parseLong(fields.group(4)), Long.parseLong(fields.group(5)));
      runs.merge(
          fields.group(1),
          new BoardRun(fields.group(1), Integer.parseInt(fields.group(2)), List.of(part)),
          BoardRun::plus);
    }
    return List.copyOf(runs.values());
  }

  private BoardRun plus(BoardRun more) {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(more.parts);
    return new BoardRun(program, cores, all);
  }

  /** All parts together. */
  public Part total() {
    return new Part(
        "all",
        parts.stream().mapToLong(Part::board).sum(),
        parts.stream().mapToLong(Part::gvsoc).sum());
  }

  /** Without their signs, half of the parts are closer than this. */
  public double medianError() {
    double[] errors = parts.stream().mapToDouble(p -> Math.abs(p.error())).sorted().toArray();
    return errors[errors.length / 2];
  }

  /** The part that is furthest off. */
  public Part worst() {
    return parts.stream().max(Comparator.comparingDouble(p -> Math.abs(p.error()))).orElseThrow();
  }
}
