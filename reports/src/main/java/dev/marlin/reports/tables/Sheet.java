package dev.marlin.reports.tables;

import dev.marlin.reports.rows.Units;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A table that is ready to be written: values, units in the heads, decimals, which values are the
 * best of their column, footnotes. Missing values are null, never zero.
 */
public final class Sheet {
  /** Which value of a column is the best: it is set in bold. */
  public enum Best {
    NONE,
    HIGHEST,
    LOWEST,
    /** The highest of the row's columns that say so. */
    HIGHEST_OF_ROW
  }

  /**
   * A column.
   *
   * @param name with its unit, for example {@code time [ms]}
   * @param decimals of its numbers; -1 for text
   * @param best which of its values is bold
   */
  public record Head(String name, int decimals, Best best) {
    /** Whether it holds numbers. */
    public boolean isNumber() {
      return decimals >= 0;
    }
  }

  /**
   * A value with a footnote.
   *
   * @param value text, number or null
   * @param note the footnote's words
   */
  public record Noted(@Nullable Object value, String note) {}

  private final String file;
  private final String title;
  private final List<Head> heads = new ArrayList<>();
  private final List<List<@Nullable Object>> rows = new ArrayList<>();
  private final List<@Nullable String> links = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> marks = new ArrayList<>();
  private final Map<Integer, Double> bests = new HashMap<>();

  /**
   * An empty table.
   *
   * @param file name of its files, without ending
   * @param title for people; as it is unless it holds a clock that numbers depend on
   */
  public Sheet(String file, String title) {
    this.file = file;
    this.title = title;
  }

  /** Adds a column of text. */
  public Sheet text(String name) {
    heads.add(new Head(name, -1, Best.NONE));
    return this;
  }

  /** Adds a column of whole numbers. */
  public Sheet count(String name, Best best) {
    heads.add(new Head(name, 0, best));
    return this;
  }

  /** Adds a column of numbers. */
  public Sheet number(String name, int decimals, Best best) {
    heads.add(new Head(name, decimals, best));
    return this;
  }

  /**
   * Adds a row. NaN is a missing value.
   *
   * @param cells one for each column: String, Long, Integer, Double, {@link Noted} or null
   */
  public Sheet row(@Nullable Object... cells) {
    if (cells.length != heads.size()) {
      throw new IllegalArgumentException(
          file + ": " + cells.length + " cells for " + heads.size() + " columns");
    }
    List<@Nullable Object> row = new ArrayList<>(Arrays.asList(cells));
    row.replaceAll(Sheet::plain);
    for (Object cell : row) {
      if (cell instanceof Noted noted && !marks.contains(noted.note())) {
        marks.add(noted.note());
      }
    }
    rows.add(row);
    bests.clear();
    links.add(null);
    return this;
  }

  /** Adds a row whose first cell leads somewhere. */
  public Sheet linkedRow(String href, @Nullable Object... cells) {
    row(cells);
    links.set(links.size() - 1, href);
    return this;
  }

  private static @Nullable Object plain(@Nullable Object cell) {
    if (cell instanceof Integer number) {
      return number.longValue();
    }
    if (cell instanceof Double number && (number.isNaN() || number.isInfinite())) {
      return null;
    }
    return cell instanceof Noted noted ? new Noted(plain(noted.value()), noted.note()) : cell;
  }

  /** Adds a footnote to the whole table. */
  public Sheet note(String text) {
    if (!text.isEmpty() && !notes.contains(text)) {
      notes.add(text);
    }
    return this;
  }

  public String file() {
    return file;
  }

  public String title() {
    return title;
  }

  public List<Head> heads() {
    return List.copyOf(heads);
  }

  public int size() {
    return rows.size();
  }

  /** Where the first cell of a row leads; null: nowhere. */
  public @Nullable String link(int row) {
    return links.get(row);
  }

  /** Footnotes of single cells, in order of appearance: the n-th has mark n. */
  public List<String> marks() {
    return List.copyOf(marks);
  }

  /** Footnotes of the whole table. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /** Number of a cell's footnote, from 1; 0: it has none. */
  public int mark(int row, int column) {
    return rows.get(row).get(column) instanceof Noted noted ? marks.indexOf(noted.note()) + 1 : 0;
  }

  private @Nullable Object value(int row, int column) {
    Object cell = rows.get(row).get(column);
    return cell instanceof Noted noted ? noted.value() : cell;
  }

  private static double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** A cell as people read it; a dash where a number is missing. */
  public String shown(int row, int column) {
    Object value = value(row, column);
    Head head = heads.get(column);
    if (value instanceof Long number && head.decimals() == 0) {
      return Units.count(number);
    }
    if (value instanceof Number number) {
      return Units.decimal(number.doubleValue(), head.decimals());
    }
    return value == null ? (head.isNumber() ? "–" : "") : value.toString();
  }

  /** The best value of a column that has one; NaN for others and where all are equal. */
  public double bestOf(int column) {
    return bests.computeIfAbsent(column, this::findBest);
  }

  private double findBest(int column) {
    Best best = heads.get(column).best();
    if (best == Best.NONE || best == Best.HIGHEST_OF_ROW) {
      return Double.NaN;
    }
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int row = 0; row < rows.size(); row++) {
      double value = number(value(row, column));
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    return low < high ? (best == Best.HIGHEST ? high : low) : Double.NaN;
  }

  /** Whether a cell is one of the best of its column or row. */
  public boolean isBest(int row, int column) {
    if (heads.get(column).best() == Best.HIGHEST_OF_ROW) {
      double own = number(value(row, column));
      boolean beaten = false;
      boolean beats = false;
      for (int other = 0; other < heads.size(); other++) {
        if (heads.get(other).best() == Best.HIGHEST_OF_ROW) {
          double value = number(value(row, other));
          beaten |= value > own;
          beats |= value < own;
        }
      }
      return beats && !beaten;
    }
    return number(value(row, column)) == bestOf(column);
  }

  /** As Tablesaw's table, with full precision and missing values. */
  public Table table() {
    Table table = Table.create(file);
    for (int c = 0; c < heads.size(); c++) {
      table.addColumns(column(c));
    }
    return table;
  }

  private Column<?> column(int c) {
    Head head = heads.get(c);
    if (!head.isNumber()) {
      StringColumn texts = StringColumn.create(head.name());
      for (int row = 0; row < rows.size(); row++) {
        Object value = value(row, c);
        texts.append(value == null ? "" : value.toString());
      }
      return texts;
    }
    boolean whole = true;
    for (int row = 0; row < rows.size(); row++) {
      Object value = value(row, c);
      whole &= value == null || value instanceof Long;
    }
    if (whole) {
      LongColumn numbers = LongColumn.create(head.name());
      for (int row = 0; row < rows.size(); row++) {
        if (value(row, c) instanceof Long number) {
          numbers.append(number);
        } else {
          numbers.appendMissing();
        }
      }
      return numbers;
    }
    DoubleColumn numbers = DoubleColumn.create(head.name());
    for (int row = 0; row < rows.size(); row++) {
      if (value(row, c) instanceof Number number) {
        numbers.append(number.doubleValue());
      } else {
        numbers.appendMissing();
      }
    }
    return numbers;
  }
}
