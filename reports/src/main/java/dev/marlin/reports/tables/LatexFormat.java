package dev.marlin.reports.tables;

import java.util.List;

/** A LaTeX table with booktabs rules, to be pasted as it is. */
final class LatexFormat implements SheetFormat {
  @Override
  public String ending() {
    return "tex";
  }

  @Override
  public String name() {
    return "LaTeX";
  }

  @Override
  public String write(Sheet sheet) {
    StringBuilder text =
        new StringBuilder("% \\usepackage{booktabs}\n\\begin{table}\n\\centering\n");
    text.append("\\caption{").append(escape(sheet.title())).append("}\n");
    text.append("\\label{tab:").append(sheet.file().replaceAll("[^A-Za-z0-9-]", "-")).append("}\n");
    text.append("\\begin{tabular}{");
    List<Sheet.Head> heads = sheet.heads();
    heads.forEach(head -> text.append(head.isNumber() ? 'r' : 'l'));
    text.append("}\n\\toprule\n");
    text.append(String.join(" & ", heads.stream().map(head -> escape(head.name())).toList()));
    text.append(" \\\\\n\\midrule\n");
    for (int row = 0; row < sheet.size(); row++) {
      for (int column = 0; column < heads.size(); column++) {
        String shown = escape(sheet.shown(row, column));
        text.append(column == 0 ? "" : " & ")
            .append(sheet.isBest(row, column) ? "\\textbf{" + shown + "}" : shown);
        int mark = sheet.mark(row, column);
        text.append(mark == 0 ? "" : "\\textsuperscript{" + mark + "}");
      }
      text.append(" \\\\\n");
    }
    text.append("\\bottomrule\n\\end{tabular}\n");
    int mark = 0;
    for (String note : sheet.marks()) {
      text.append("\n\\footnotesize\\textsuperscript{").append(++mark).append("} ");
      text.append(escape(note)).append("\\par\n");
    }
    for (String note : sheet.notes()) {
      text.append("\n\\footnotesize ").append(escape(note)).append("\\par\n");
    }
    return text.append("\\end{table}\n").toString();
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    String line = text.replaceAll("\\s+", " ");
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      escaped.append(
          switch (c) {
            case '\\' -> "\\textbackslash{}";
            case '&', '%', '$', '#', '_', '{', '}' -> "\\" + c;
            case '~' -> "\\textasciitilde{}";
            case '^' -> "\\textasciicircum{}";
            case '<' -> "\\textless{}";
            case '>' -> "\\textgreater{}";
            case '–' -> "--";
            case '[' -> "{[}";
            case ']' -> "{]}";
            default -> String.valueOf(c);
          });
    }
    return escaped.toString();
  }
}
