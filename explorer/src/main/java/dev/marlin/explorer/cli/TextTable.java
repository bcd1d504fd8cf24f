package dev.marlin.explorer.cli;

import java.util.ArrayList;
import java.util.List;

/** A table for terminals: columns as wide as they must be, numbers to the right. */
final class TextTable {
  private final List<String> heads;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these heads. */
  TextTable(String... heads) {
    this.heads = List.of(heads);
  }

  /** Adds a row, a cell for each head. */
  void row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      // Names come from files: no control character may reach the terminal.
      row.add(cell.toString().replaceAll("\\p{Cntrl}", "?"));
    }
    if (row.size() != heads.size()) {
      throw new IllegalArgumentException(row.size() + " cells for " + heads.size() + " columns");
    }
    rows.add(row);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    line(text, heads);
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String blanks = " ".repeat(width(column) - cell.length());
      line.append(column == 0 ? "" : "  ");
      line.append(isNumeric(column) ? blanks + cell : cell + blanks);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private int width(int column) {
    int width = heads.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  private boolean isNumeric(int column) {
    return rows.stream().allMatch(row -> row.get(column).matches("[-+]?[\\d,.]*[%x]?"));
  }
}
