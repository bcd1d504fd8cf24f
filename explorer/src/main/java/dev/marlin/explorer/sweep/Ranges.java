package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists of values as people write them: one value, a list, {@code {from, to, step}} or {@code
 * {from, to, doubling: true}}, lists of all of these; and maps whose entries are such lists.
 */
final class Ranges {
  private static final int MOST_VALUES = 10_000;

  private Ranges() {}

  /** Reads one end of a range: a size in bytes, a clock in hertz, a number. */
  @FunctionalInterface
  interface Unit {
    BigDecimal parse(String text);
  }

  /** Of plain numbers. */
  static final Unit NUMBERS = BigDecimal::new;

  /**
   * The values in their order. The values of a range are plain numbers (bytes, hertz).
   *
   * @throws SweepException if a range does not come to its end
   */
  static List<Value> expand(YamlSource source, Value value, Unit unit) {
    List<Value> values = new ArrayList<>();
    if (value.node().isArray()) {
      for (int i = 0; i < value.node().size(); i++) {
        values.addAll(expand(source, value.get(i), unit));
      }
    } else if (value.node().isObject()) {
      values.addAll(range(source, value, unit));
    } else {
      values.add(value);
    }
    return values;
  }

  private static List<Value> range(YamlSource source, Value range, Unit unit) {
    BigDecimal from = end(source, range.get("from"), unit);
    BigDecimal to = end(source, range.get("to"), unit);
    boolean doubling = range.has("doubling");
    if (doubling == range.has("step")) {
      throw source.wrongValue(
          range.place(),
          "a range needs either step or doubling: true, for example {from: 1, to: 8, step: 1}");
    }
    BigDecimal step = doubling ? BigDecimal.ZERO : end(source, range.get("step"), unit);
    if (to.compareTo(from) < 0
        || (!doubling && step.signum() <= 0)
        || (doubling && from.signum() <= 0)) {
      throw source.wrongValue(
          range.place(),
          "the range goes from "
              + range.get("from").text()
              + " to "
              + range.get("to").text()
              + (doubling ? " by doubling" : " by " + range.get("step").text())
              + ": it has no values");
    }
    List<Value> values = new ArrayList<>();
    for (BigDecimal at = from; at.compareTo(to) <= 0; at = doubling ? at.add(at) : at.add(step)) {
      values.add(new Value(DecimalNode.valueOf(at.stripTrailingZeros()), range.place()));
      if (values.size() > MOST_VALUES) {
        throw source.wrongValue(
            range.place(), "the range has more than " + MOST_VALUES + " values");
      }
    }
    return values;
  }

  private static BigDecimal end(YamlSource source, Value end, Unit unit) {
    try {
      return unit.parse(end.text());
    } catch (NumberFormatException e) {
      throw source.wrongValue(end.place(), "\"" + end.text() + "\" is no number");
    } catch (IllegalArgumentException e) {
      throw source.wrongValue(end.place(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Maps whose entries may be lists or ranges: every combination of the entries' values, as maps of
   * single values.
   */
  static List<Value> expandMaps(YamlSource source, Value value) {
    if (value.node().isArray()) {
      List<Value> maps = new ArrayList<>();
      for (int i = 0; i < value.node().size(); i++) {
        maps.addAll(expandMaps(source, value.get(i)));
      }
      return maps;
    }
    if (!value.node().isObject()) {
      return List.of(value);
    }
    Map<String, List<Value>> entries = new LinkedHashMap<>();
    value
        .node()
        .fieldNames()
        .forEachRemaining(name -> entries.put(name, expand(source, value.get(name), NUMBERS)));
    List<ObjectNode> product = List.of(JsonNodeFactory.instance.objectNode());
    for (Map.Entry<String, List<Value>> entry : entries.entrySet()) {
      List<ObjectNode> longer = new ArrayList<>();
      for (ObjectNode shorter : product) {
        for (Value one : entry.getValue()) {
          ObjectNode copy = shorter.deepCopy();
          copy.set(entry.getKey(), one.node());
          longer.add(copy);
        }
      }
      product = longer;
      if (product.size() > MOST_VALUES) {
        throw source.wrongValue(
            value.place(), "this map stands for more than " + MOST_VALUES + " combinations");
      }
    }
    return product.stream().map(map -> new Value(map, value.place())).toList();
  }
}
