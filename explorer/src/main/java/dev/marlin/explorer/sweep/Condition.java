package dev.marlin.explorer.sweep;

import java.math.BigDecimal;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition of {@code include} or {@code exclude}: for some axes the values that are meant. All
 * axes must agree; of several values of an axis one must. Numbers may be compared: {@code "<=
 * 32KiB"}.
 */
final class Condition {
  private static final Pattern COMPARISON = Pattern.compile("\\s*(<=|>=|!=|<|>|=)\\s*(.+)");

  private Condition() {}

  /** The condition that stands at a place of the file. */
  static Predicate<Space.Named> read(YamlSource source, Value value) {
    List<Predicate<Space.Named>> all = new ArrayList<>();
    value.node().fieldNames().forEachRemaining(key -> all.add(anyOf(source, key, value.get(key))));
    return point -> all.stream().allMatch(test -> test.test(point));
  }

  private static Predicate<Space.Named> anyOf(YamlSource source, String key, Value value) {
    if (!value.node().isArray()) {
      return one(source, key, value);
    }
    List<Predicate<Space.Named>> any = new ArrayList<>();
    for (int i = 0; i < value.node().size(); i++) {
      any.add(one(source, key, value.get(i)));
    }
    return point -> any.stream().anyMatch(test -> test.test(point));
  }

  private static Predicate<Space.Named> one(YamlSource source, String key, Value value) {
    Matcher comparison = COMPARISON.matcher(value.text());
    String operator = comparison.matches() ? comparison.group(1) : "=";
    String text = comparison.matches() ? comparison.group(2) : value.text();
    if (key.equals("models")) {
      return word(operator, text, named -> named.point().model().name());
    }
    if (key.equals("case")) {
      return word(operator, text, Space.Named::config);
    }
    Axis axis = Axis.named(key);
    Ranges.Unit unit = axis.kind().unit();
    if (unit == null) {
      return word(operator, text, named -> axis.of(named.point().options()).toString());
    }
    BigDecimal bound;
    try {
      bound = unit.parse(text);
    } catch (NumberFormatException e) {
      throw source.wrongValue(value.place(), "\"" + text + "\" is no number");
    } catch (IllegalArgumentException e) {
      throw source.wrongValue(value.place(), String.valueOf(e.getMessage()));
    }
    return named ->
        holds(operator, ((BigDecimal) axis.of(named.point().options())).compareTo(bound));
  }

  private interface Word {
    String of(Space.Named point);
  }

  private static Predicate<Space.Named> word(String operator, String pattern, Word word) {
    PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    boolean wanted = !operator.equals("!=");
    return point -> glob.matches(Path.of(word.of(point))) == wanted;
  }

  private static boolean holds(String operator, int sign) {
    return switch (operator) {
      case "<" -> sign < 0;
      case "<=" -> sign <= 0;
      case ">" -> sign > 0;
      case ">=" -> sign >= 0;
      case "!=" -> sign != 0;
      default -> sign == 0;
    };
  }
}
