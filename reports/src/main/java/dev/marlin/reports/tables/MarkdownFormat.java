package dev.marlin.reports.tables;

import java.util.ArrayList;
import java.util.List;

/** GitHub's Markdown: numbers to the right, the best in bold, nothing in a cell can end it. */
final class MarkdownFormat implements SheetFormat {
  @Override
  public String ending() {
    return "md";
  }

  @Override
  public String name() {
    return "Markdown";
  }

  @Override
  public String write(Sheet sheet) {
    StringBuilder text = new StringBuilder("**").append(escape(sheet.title())).append("**\n\n");
    List<Sheet.Head> heads = sheet.heads();
    line(text, heads.stream().map(head -> escape(head.name())).toList());
    line(text, heads.stream().map(head -> head.isNumber() ? "---:" : "---").toList());
    for (int row = 0; row < sheet.size(); row++) {
      List<String> cells = new ArrayList<>();
      for (int column = 0; column < heads.size(); column++) {
        String shown = escape(sheet.shown(row, column));
        shown = sheet.isBest(row, column) ? "**" + shown + "**" : shown;
        int mark = sheet.mark(row, column);
        cells.add(mark == 0 ? shown : shown + " [" + mark + "]");
      }
      line(text, cells);
    }
    int mark = 0;
    for (String note : sheet.marks()) {
      text.append("\n[").append(++mark).append("] ").append(escape(note)).append("  ");
    }
    for (String note : sheet.notes()) {
      text.append("\n").append(escape(note)).append("  ");
    }
    return text.append('\n').toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String escape(String text) {
    return text.replaceAll("([\\\\|`*_\\[\\]~])", "\\\\$1")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replaceAll("\\s+", " ");
  }
}
