package dev.marlin.explorer.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A column of an exported table.
 *
 * @param name with the unit, in snake case
 * @param type of its values
 * @param meaning for people, with the unit
 * @param value of a row; null if it is not known
 */
record Column<T>(String name, Type type, String meaning, Function<T, @Nullable Object> value) {

  /** What a column holds. */
  enum Type {
    /** Strings. */
    TEXT,
    /** Longs. */
    INTEGER,
    /** Doubles. */
    REAL,
    /** True or false. */
    BOOLEAN
  }

  static <T> Column<T> text(String name, String meaning, Function<T, @Nullable Object> value) {
    return new Column<>(name, Type.TEXT, meaning, value);
  }

  static <T> Column<T> integer(String name, String meaning, Function<T, @Nullable Object> value) {
    return new Column<>(name, Type.INTEGER, meaning, value);
  }

  static <T> Column<T> real(String name, String meaning, Function<T, @Nullable Object> value) {
    return new Column<>(name, Type.REAL, meaning, value);
  }

  static <T> Column<T> bool(String name, String meaning, Function<T, @Nullable Object> value) {
    return new Column<>(name, Type.BOOLEAN, meaning, value);
  }
}
