package dev.marlin.explorer.validation;

import dev.marlin.explorer.validation.ProgramPair.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What GVSOC has measured, as a file: comments with date and versions, a line of heads, then a line
 * for each layer. Names of layers hold no commas; what is not of this form is refused with its
 * line.
 *
 * @param remarks the comments, without the signs before them
 * @param programs in the order of the file
 */
public record Recording(List<String> remarks, List<ProgramPair> programs) {
  private static final String HEADS =
      "model,l1_bytes,l2_bytes,cores,tiling,program,layer,name,type,embedded_cycles,gvsoc_cycles";
  private static final Pattern LINE =
      Pattern.compile(
          "([^,]+),(\\d{1,9}),(\\d{1,9}),(\\d{1,2}),([^,]+),([0-9a-f]{16}),(\\d{1,5}),([^,]*),([^,]*),"
              + "(\\d{1,15}),(\\d{1,15})");

  public Recording {
    remarks = List.copyOf(remarks);
    programs = List.copyOf(programs);
  }

  /** The one that comes with Marlin. */
  public static Recording shipped() {
    try (InputStream in = Recording.class.getResourceAsStream("gvsoc.csv")) {
      if (in == null) {
        throw new IllegalStateException("gvsoc.csv is not on the class path");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "gvsoc.csv");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a recording.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException naming the line that is wrong
   */
  public static Recording parse(String text, String name) {
    List<String> remarks = new ArrayList<>();
    List<ProgramPair> programs = new ArrayList<>();
    List<LayerPair> layers = new ArrayList<>();
    Matcher open = null;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.startsWith("#")) {
        remarks.add(line.substring(1).strip());
        continue;
      }
      if (line.equals(HEADS) || line.isBlank()) {
        continue;
      }
      Matcher fields = LINE.matcher(line);
      if (!fields.matches()) {
        throw new IllegalArgumentException(
            name + ":" + number + ": not a line of a recording: \"" + line + "\"");
      }
      if (Integer.parseInt(fields.group(7)) == 0 && open != null) {
        programs.add(program(open, layers));
        layers.clear();
      }
      if (Integer.parseInt(fields.group(7)) != layers.size()) {
        throw new IllegalArgumentException(
            name
                + ":"
                + number
                + ": layer "
                + fields.group(7)
                + " stands where "
                + layers.size()
                + " should");
      }
      open = fields;
      layers.add(
          new LayerPair(
              layers.size(),
              fields.group(8),
              fields.group(9),
              Long.parseLong(fields.group(10)),
              Long.parseLong(fields.group(11))));
    }
    if (open != null) {
      programs.add(program(open, layers));
    }
    return new Recording(remarks, programs);
  }

  private static ProgramPair program(Matcher line, List<LayerPair> layers) {
    return new ProgramPair(
        line.group(1),
        Integer.parseInt(line.group(2)),
        Integer.parseInt(line.group(3)),
        Integer.parseInt(line.group(4)),
        line.group(5),
        line.group(6),
        layers,
        Origin.NOT_BUILT);
  }

  /** This recording with {@code news} in place of what it had of the same points. */
  public Recording with(List<String> newRemarks, List<ProgramPair> news) {
    List<ProgramPair> all = new ArrayList<>();
    for (ProgramPair program : programs) {
      all.add(news.stream().filter(program::isSamePoint).findFirst().orElse(program));
    }
    news.stream().filter(pair -> programs.stream().noneMatch(pair::isSamePoint)).forEach(all::add);
    return new Recording(newRemarks, all);
  }

  /** The file's text. */
  public String text() {
    StringBuilder text = new StringBuilder();
    remarks.forEach(remark -> text.append("# ").append(remark).append('\n'));
    text.append(HEADS).append('\n');
    for (ProgramPair p : programs) {
      for (LayerPair l : p.layers()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%s,%d,%d,%d,%s,%s,%d,%s,%s,%d,%d%n",
                p.model(),
                p.l1Bytes(),
                p.l2Bytes(),
                p.cores(),
                p.tiling(),
                p.program(),
                l.index(),
                l.name().replaceAll("[,\\p{Cntrl}]", "_"),
                l.type().replaceAll("[,\\p{Cntrl}]", "_"),
                l.embedded(),
                l.gvsoc()));
      }
    }
    return text.toString();
  }

  /** Writes the file, whole or not at all. */
  public void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path part = Files.createTempFile(folder, "recording", ".part");
    Files.writeString(part, text());
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
