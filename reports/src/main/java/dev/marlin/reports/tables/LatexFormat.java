package dev.marlin.reports.tables;

import java.util.List;

/**
 * A LaTeX table with booktabs rules, to be pasted as it is; numbers stand on their decimal points
 * in siunitx' S columns.
 */
final class LatexFormat implements SheetFormat {
  private static final String PREAMBLE =
      """
      % \\usepackage{booktabs,siunitx}
      \\begin{table}
      \\centering
      \\sisetup{detect-weight,group-digits=integer,group-minimum-digits=4,group-separator={,}}
      """;

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
    StringBuilder text = new StringBuilder(PREAMBLE);
    text.append("\\caption{").append(escape(sheet.title())).append("}\n");
    text.append("\\label{tab:").append(sheet.file().replaceAll("[^A-Za-z0-9-]", "-")).append("}\n");
    text.append("\\begin{tabular}{");
    List<Sheet.Head> heads = sheet.heads();
    for (int column = 0; column < heads.size(); column++) {
      text.append(heads.get(column).isNumber() ? numbers(sheet, column) : "l");
    }
    text.append("}\n\\toprule\n");
    text.append(String.join(" & ", heads.stream().map(LatexFormat::head).toList()));
    text.append(" \\\\\n\\midrule\n");
    for (int row = 0; row < sheet.size(); row++) {
      for (int column = 0; column < heads.size(); column++) {
        text.append(column == 0 ? "" : " & ").append(cell(sheet, row, column));
        int mark = sheet.mark(row, column);
        text.append(mark == 0 ? "" : "{\\textsuperscript{" + mark + "}}");
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

  /** A column of numbers, as wide as its widest. */
  private static String numbers(Sheet sheet, int column) {
    int whole = 1;
    String sign = "";
    for (int row = 0; row < sheet.size(); row++) {
      String shown = digits(sheet.shown(row, column));
      if (isNumber(shown)) {
        sign = shown.startsWith("-") ? "-" : sign;
        int point = shown.indexOf('.');
        whole = Math.max(whole, point < 0 ? shown.length() : point);
      }
    }
    return "S[table-format=" + sign + whole + "." + sheet.heads().get(column).decimals() + "]";
  }

  private static String head(Sheet.Head head) {
    // In a column of numbers, text is in braces.
    return head.isNumber() ? "{" + escape(head.name()) + "}" : escape(head.name());
  }

  private static String cell(Sheet sheet, int row, int column) {
    String shown = sheet.shown(row, column);
    if (!sheet.heads().get(column).isNumber()) {
      return escape(shown);
    }
    String digits = digits(shown);
    if (!isNumber(digits)) {
      return "{" + escape(shown) + "}";
    }
    return sheet.isBest(row, column) ? "\\bfseries " + digits : digits;
  }

  /** siunitx groups digits itself. */
  private static String digits(String shown) {
    return shown.replace(",", "");
  }

  private static boolean isNumber(String text) {
    return text.matches("-?\\d+(\\.\\d+)?");
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
