package dev.marlin.reports.pages;

import dev.marlin.reports.rows.Units;
import org.jspecify.annotations.Nullable;

/**
 * JSON that may stand in a script element: no character of it can end the element or begin a
 * comment.
 */
final class Json {
  private Json() {}

  /** Appends a string, a finite number, or null for null and for what is no number. */
  static void append(StringBuilder text, @Nullable Object value) {
    if (value instanceof String string) {
      string(text, string);
    } else if (value instanceof Double number) {
      text.append(number.isNaN() || number.isInfinite() ? "null" : trim(Units.decimal(number, 4)));
    } else {
      text.append(value);
    }
  }

  private static String trim(String decimal) {
    return decimal.contains(".") ? decimal.replaceAll("\\.?0+$", "") : decimal;
  }

  private static void string(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' '
          || c == '<'
          || c == '>'
          || c == '&'
          || c == '\u2028'
          || c == '\u2029'
          || Character.isSurrogate(c)) {
        text.append(String.format("\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
