package dev.marlin.reports.published;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A data file: lines {@code # name: value}, then a table with commas, its heads in the first line.
 * A cell in double quotes may hold commas.
 */
public final class DataFile {
  private final String name;
  private final Map<String, String> head = new LinkedHashMap<>();
  private final List<Map<String, String>> rows = new ArrayList<>();

  private DataFile(String name) {
    this.name = name;
  }

  /**
   * Reads a file.
   *
   * @param name for messages
   * @throws IllegalArgumentException naming file and line if it is damaged
   */
  public static DataFile parse(String name, String text) {
    DataFile file = new DataFile(name);
    List<String> columns = List.of();
    int number = 0;
    for (String line : text.split("\r?\n", -1)) {
      number++;
      if (line.startsWith("#")) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          file.head.put(line.substring(1, colon).strip(), line.substring(colon + 1).strip());
        }
      } else if (!line.isBlank()) {
        List<String> cells = cells(line);
        if (columns.isEmpty()) {
          columns = cells;
        } else if (cells.size() != columns.size()) {
          throw new IllegalArgumentException(
              name
                  + ":"
                  + number
                  + ": "
                  + cells.size()
                  + " cells for "
                  + columns.size()
                  + " columns; quote a cell that holds a comma");
        } else {
          Map<String, String> row = new LinkedHashMap<>();
          for (int i = 0; i < cells.size(); i++) {
            row.put(columns.get(i), cells.get(i));
          }
          file.rows.add(row);
        }
      }
    }
    return file;
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString().strip());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString().strip());
    return cells;
  }

  /** The value of a line of the head; empty if there is none. */
  public String head(String key) {
    return head.getOrDefault(key, "");
  }

  /**
   * The value of a line of the head.
   *
   * @throws IllegalArgumentException if there is none
   */
  public String need(String key) {
    String value = head(key);
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + ": a line \"# " + key + ": ...\" is missing");
    }
    return value;
  }

  /** Cells by column. */
  public List<Map<String, String>> rows() {
    return List.copyOf(rows);
  }

  /**
   * A number of the head or a cell.
   *
   * @return NaN if {@code text} is empty
   * @throws IllegalArgumentException if it is no number
   */
  public double number(String text) {
    try {
      return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + ": \"" + text + "\" is no number", e);
    }
  }
}
