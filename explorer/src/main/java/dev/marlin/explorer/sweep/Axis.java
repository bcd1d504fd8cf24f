package dev.marlin.explorer.sweep;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a sweep may vary, beside the networks. */
@SuppressWarnings("ImmutableEnumChecker") // functions without any state
enum Axis {
  L1("l1", Kind.SIZE, (o, v) -> o.withL1Bytes(ByteSize.parse(plain(v))), o -> size(o.l1Bytes())),
  L2("l2", Kind.SIZE, (o, v) -> o.withL2Bytes(ByteSize.parse(plain(v))), o -> size(o.l2Bytes())),
  L3("l3", Kind.SIZE, (o, v) -> o.withL3Bytes(ByteSize.parse(plain(v))), o -> size(o.l3Bytes())),
  CORES("cores", Kind.NUMBER, (o, v) -> o.withCores(cores(v)), o -> size(o.cores())),
  CLOCK(
      "clock",
      Kind.CLOCK,
      (o, v) -> o.withClockHertz(Frequency.parse(plain(v))),
      o -> BigDecimal.valueOf(o.clockHertz())),
  TILING("tiling", Kind.WORD, (o, v) -> o.withTiling(v.text()), PointOptions::tiling),
  HEURISTICS(
      "heuristics",
      Kind.MAP,
      (o, v) -> Buffering.withWeights(o, weights(v)),
      PointOptions::heuristicsText),
  BUFFERING("buffering", Kind.WORD, (o, v) -> Buffering.set(o, v.text()), Buffering::of),
  TOOLCHAIN("toolchain", Kind.WORD, (o, v) -> o.withToolchain(v.text()), PointOptions::toolchain),
  REQUANTIZATION(
      "requantization",
      Kind.WORD,
      (o, v) -> o.withRequantization(v.text()),
      PointOptions::requantization),
  EXECUTOR("executor", Kind.WORD, (o, v) -> o.withExecutor(v.text()), PointOptions::executor),
  CHIP("chip", Kind.MAP, Axis::chip, PointOptions::chipText),
  CLOCK_RATIO(
      "clock-ratio",
      Kind.WORD,
      (o, v) -> o.withChip(WhatIf.withClockRatio(o.chip(), v.text())),
      o -> WhatIf.clockRatio(o.chip()));

  /** How the values of an axis are written. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without any state
  enum Kind {
    SIZE(text -> BigDecimal.valueOf(ByteSize.parse(text))),
    CLOCK(text -> BigDecimal.valueOf(Frequency.parse(text))),
    NUMBER(Ranges.NUMBERS),
    WORD(null),
    MAP(null);

    private final Ranges.@Nullable Unit unit;

    Kind(Ranges.@Nullable Unit unit) {
      this.unit = unit;
    }

    /** Reads a number; null if the values are no numbers. */
    Ranges.@Nullable Unit unit() {
      return unit;
    }
  }

  /** Sets an option from a value of the file. */
  interface Setter {
    PointOptions set(PointOptions options, Value value);
  }

  private final String label;
  private final Kind kind;
  private final Setter setter;
  private final Function<PointOptions, Object> getter;

  Axis(String label, Kind kind, Setter setter, Function<PointOptions, Object> getter) {
    this.label = label;
    this.kind = kind;
    this.setter = setter;
    this.getter = getter;
  }

  /** The axis as the file calls it. */
  static Axis named(String label) {
    for (Axis axis : values()) {
      if (axis.label.equals(label)) {
        return axis;
      }
    }
    throw new IllegalArgumentException("no axis " + label);
  }

  String label() {
    return label;
  }

  Kind kind() {
    return kind;
  }

  /** What an option is: a {@link BigDecimal} or a word. */
  Object of(PointOptions options) {
    return getter.apply(options);
  }

  /**
   * Sets the option.
   *
   * @throws IllegalArgumentException if the value is not allowed
   */
  PointOptions set(PointOptions options, Value value) {
    return setter.set(options, value);
  }

  /** All values that stand for this axis at a place of the file. */
  List<Value> expand(YamlSource source, Value value) {
    if (kind == Kind.MAP) {
      return Ranges.expandMaps(source, value);
    }
    return Ranges.expand(source, value, kind.unit() == null ? Ranges.NUMBERS : kind.unit());
  }

  private static BigDecimal size(int bytes) {
    return BigDecimal.valueOf(bytes);
  }

  private static String plain(Value value) {
    return value.node().isNumber() ? value.node().decimalValue().toPlainString() : value.text();
  }

  private static int cores(Value value) {
    BigDecimal cores = value.node().decimalValue();
    if (cores.stripTrailingZeros().scale() > 0 || cores.intValue() < 1 || cores.intValue() > 16) {
      throw new IllegalArgumentException(
          "cores is \"" + plain(value) + "\", but must be a whole number, 1 to 16");
    }
    return cores.intValue();
  }

  private static SortedMap<String, Double> weights(Value value) {
    SortedMap<String, Double> weights = new TreeMap<>();
    value.node().properties().forEach(e -> weights.put(e.getKey(), e.getValue().asDouble()));
    return weights;
  }

  /** The parts that a value names; the clock ratio is an axis of its own and stays. */
  private static PointOptions chip(PointOptions options, Value value) {
    Map<String, String> parts = parts(value);
    SortedMap<String, String> chip = WhatIf.parse(parts);
    return options.withChip(
        parts.containsKey(WhatIf.CLOCK_RATIO)
            ? chip
            : WhatIf.withClockRatio(chip, WhatIf.clockRatio(options.chip())));
  }

  private static Map<String, String> parts(Value value) {
    Map<String, String> parts = new LinkedHashMap<>();
    if (value.node().isTextual()) {
      parts.put(value.text(), ""); // the name of a revision
      return parts;
    }
    value
        .node()
        .properties()
        .forEach(
            e ->
                parts.put(
                    e.getKey(),
                    e.getValue().isNumber()
                        ? e.getValue().decimalValue().toPlainString()
                        : e.getValue().asText()));
    return parts;
  }
}
