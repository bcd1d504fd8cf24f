package dev.marlin.explorer.cli;

import dev.marlin.explorer.benchmark.KernelTiming;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Timings of kernels as a table, for the terminal and for a document. */
final class KernelTable {
  private static final String BEGIN = "<!-- explore kernels -->\n";
  private static final String END = "<!-- end -->\n";

  private KernelTable() {}

  /** For the terminal. */
  static String text(List<KernelTiming> timings) {
    List<List<String>> cells = cells(timings);
    TextTable table = new TextTable(cells.get(0).toArray(String[]::new));
    cells.stream().skip(1).forEach(row -> table.row(row.toArray()));
    return table.toString();
  }

  /** In Markdown. */
  static String markdown(List<KernelTiming> timings) {
    StringBuilder text = new StringBuilder();
    List<List<String>> cells = cells(timings);
    for (int i = 0; i < cells.size(); i++) {
      text.append("| ").append(String.join(" | ", cells.get(i))).append(" |\n");
      if (i == 0) {
        text.append("|---|---|").append("---:|".repeat(cells.get(0).size() - 2)).append('\n');
      }
    }
    return text.toString();
  }

  /**
   * Replaces the table between its two marks in a document.
   *
   * @throws CommandException if the document has no such marks
   */
  static void update(Path document, List<KernelTiming> timings) throws IOException {
    String text = Files.readString(document, StandardCharsets.UTF_8);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END, Math.max(0, begin));
    if (begin < 0 || end < 0) {
      throw CommandException.usage(
          "--update: " + document + " has no lines " + BEGIN.strip() + " and " + END.strip());
    }
    Files.writeString(
        document,
        text.substring(0, begin + BEGIN.length()) + markdown(timings) + text.substring(end));
  }

  /** Heads first. The rate, bound and target are those of the most cores. */
  private static List<List<String>> cells(List<KernelTiming> timings) {
    List<List<String>> rows = new ArrayList<>();
    List<Integer> cores = List.copyOf(timings.get(0).cycles().keySet());
    int most = cores.get(cores.size() - 1);
    List<String> heads = new ArrayList<>(List.of("kernel", "shape"));
    cores.forEach(n -> heads.add("cycles, " + n + (n == 1 ? " core" : " cores")));
    heads.addAll(List.of("per cycle", "unit", "target", "bound", "of bound"));
    if (cores.size() > 1) {
      heads.add("speed-up");
    }
    heads.add("code bytes");
    rows.add(heads);
    for (KernelTiming timing : timings) {
      List<String> row = new ArrayList<>();
      row.add(timing.measured().name());
      row.add(timing.measured().shape());
      timing.cycles().values().forEach(c -> row.add(Long.toString(c)));
      double target = timing.measured().target();
      row.add(format("%.2f", timing.rate(most)));
      row.add(timing.measured().unit().toString());
      row.add(target == 0 || most != 8 ? "" : format("%.1f", target));
      row.add(format("%.2f", timing.measured().bound() * most / 8));
      row.add(format("%.0f%%", 100 * timing.shareOfBound(most)));
      if (cores.size() > 1) {
        row.add(format("%.2f", timing.rate(most) / timing.rate(cores.get(0))));
      }
      row.add(Integer.toString(timing.codeBytes()));
      rows.add(row);
    }
    return rows;
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
