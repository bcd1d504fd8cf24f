package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The axes of a sweep: {@code grid}, {@code zip} and {@code cases}, multiplied with each other. */
final class SpaceReader {
  private static final String MODELS = "models";

  private final YamlSource source;
  private final Vocabulary vocabulary;
  private final ModelFinder finder;
  private final Path folder;
  private final PointOptions defaults;

  /** Where an axis is given; it may be given once. */
  private final Map<String, String> givenIn = new LinkedHashMap<>();

  /** Pairs of policy and weights that were found to be good. */
  private final Set<List<Object>> checked = new HashSet<>();

  SpaceReader(YamlSource source, Vocabulary vocabulary, Path folder) {
    this.source = source;
    this.vocabulary = vocabulary;
    this.finder = new ModelFinder(vocabulary);
    this.folder = folder;
    this.defaults = defaults();
  }

  private PointOptions defaults() {
    PointOptions options = PointOptions.defaults();
    Value all = at("/defaults");
    for (Axis axis : Axis.values()) {
      if (all.has(axis.label())) {
        options = setting(axis, all.get(axis.label())).apply(options);
      }
    }
    return options;
  }

  private Value at(String pointer) {
    JsonPointer place = JsonPointer.compile(pointer);
    return new Value(source.root().at(place), place);
  }

  /** All combinations that the file allows. */
  Space space() {
    List<List<Space.Alternative>> choices = new ArrayList<>();
    grid(at("/grid"), choices);
    zip(at("/zip"), choices);
    cases(at("/cases"), choices);
    if (!givenIn.containsKey(MODELS)) {
      boolean grid = source.root().has("grid");
      throw source.wrongValue(
          grid ? at("/grid").place() : JsonPointer.empty(),
          grid ? "grid needs the key \"models\"" : "the sweep needs the key \"grid\"");
    }
    List<Predicate<Space.Named>> include = conditions("/include");
    List<Predicate<Space.Named>> exclude = conditions("/exclude");
    return new Space(
        defaults,
        choices,
        this::checked,
        point ->
            (include.isEmpty() || include.stream().anyMatch(c -> c.test(point)))
                && exclude.stream().noneMatch(c -> c.test(point)));
  }

  private List<Predicate<Space.Named>> conditions(String pointer) {
    Value all = at(pointer);
    List<Predicate<Space.Named>> conditions = new ArrayList<>();
    if (all.node().isObject()) {
      conditions.add(Condition.read(source, all));
    }
    for (int i = 0; all.node().isArray() && i < all.node().size(); i++) {
      conditions.add(Condition.read(source, all.get(i)));
    }
    return conditions;
  }

  private void grid(Value grid, List<List<Space.Alternative>> choices) {
    if (grid.has(MODELS)) {
      give(MODELS, "grid", grid.get(MODELS));
      choices.add(models(grid.get(MODELS)));
    }
    for (Axis axis : Axis.values()) {
      if (grid.has(axis.label())) {
        give(axis.label(), "grid", grid.get(axis.label()));
        choices.add(alternatives(axis, grid.get(axis.label())));
      }
    }
  }

  /** Axes that change together: the first values of all, the second values of all, ... */
  private void zip(Value zip, List<List<Space.Alternative>> choices) {
    List<List<Space.Alternative>> columns = new ArrayList<>();
    String first = "";
    for (String key : keys(zip)) {
      give(key, "zip", zip.get(key));
      List<Space.Alternative> column =
          key.equals(MODELS) ? models(zip.get(key)) : alternatives(Axis.named(key), zip.get(key));
      if (!columns.isEmpty() && column.size() != columns.get(0).size()) {
        throw source.wrongValue(
            zip.get(key).place(),
            "zip needs lists of equal length: "
                + first
                + " has "
                + columns.get(0).size()
                + " values, "
                + key
                + " has "
                + column.size());
      }
      first = columns.isEmpty() ? key : first;
      columns.add(column);
    }
    if (columns.isEmpty()) {
      return;
    }
    List<Space.Alternative> rows = new ArrayList<>();
    for (int i = 0; i < columns.get(0).size(); i++) {
      Space.Alternative row = columns.get(0).get(i);
      for (List<Space.Alternative> column : columns.subList(1, columns.size())) {
        row = both(row, column.get(i));
      }
      rows.add(row);
    }
    choices.add(rows);
  }

  /** Named sets of values, one after the other; each may be a grid of its own. */
  private void cases(Value cases, List<List<Space.Alternative>> choices) {
    List<Space.Alternative> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < cases.node().size(); i++) {
      Value one = cases.get(i);
      String name = one.node().path("name").asText("");
      if (!name.isEmpty() && !names.add(name)) {
        throw source.wrongValue(
            one.get("name").place(), "there are two cases called \"" + name + "\"");
      }
      keys(one)
          .forEach(
              key -> {
                if (!key.equals("name") && keys.add(key)) {
                  give(key, "cases", one.get(key));
                }
              });
      all.addAll(caseOf(one, name));
    }
    for (int i = 0; keys.contains(MODELS) && i < cases.node().size(); i++) {
      if (!cases.get(i).has(MODELS)) {
        throw source.wrongValue(
            cases.get(i).place(), "this case needs the key \"models\", for others have it");
      }
    }
    if (!all.isEmpty()) {
      choices.add(all);
    }
  }

  private List<Space.Alternative> caseOf(Value one, String name) {
    List<Space.Alternative> product =
        List.of(new Space.Alternative(null, UnaryOperator.identity(), name));
    for (String key : keys(one)) {
      if (key.equals("name")) {
        continue;
      }
      List<Space.Alternative> values =
          key.equals(MODELS) ? models(one.get(key)) : alternatives(Axis.named(key), one.get(key));
      List<Space.Alternative> longer = new ArrayList<>();
      for (Space.Alternative shorter : product) {
        values.forEach(value -> longer.add(both(shorter, value)));
      }
      product = longer;
    }
    return product;
  }

  private static Space.Alternative both(Space.Alternative a, Space.Alternative b) {
    return new Space.Alternative(
        a.model() == null ? b.model() : a.model(),
        options -> b.change().apply(a.change().apply(options)),
        a.config().isEmpty() ? b.config() : a.config());
  }

  /** The keys of a map, models first, in the order of the axes. */
  private static List<String> keys(Value map) {
    List<String> keys = new ArrayList<>();
    if (map.has("name")) {
      keys.add("name");
    }
    if (map.has(MODELS)) {
      keys.add(MODELS);
    }
    for (Axis axis : Axis.values()) {
      if (map.has(axis.label())) {
        keys.add(axis.label());
      }
    }
    return keys;
  }

  private void give(String axis, String part, Value value) {
    String before = givenIn.put(axis, part);
    if (before != null) {
      throw source.wrongKey(
          value.place(), axis + " is in " + before + " already; leave one of them out");
    }
  }

  private List<Space.Alternative> models(Value value) {
    // The same network may be named twice, for example by a glob and by its name.
    Map<String, ModelRef> found = new LinkedHashMap<>();
    int count = value.node().isArray() ? value.node().size() : 1;
    for (int i = 0; i < count; i++) {
      Value one = value.node().isArray() ? value.get(i) : value;
      finder.find(source, one, folder).forEach(model -> found.putIfAbsent(model.location(), model));
    }
    return ModelFinder.distinctNames(List.copyOf(found.values())).stream()
        .map(model -> new Space.Alternative(model, UnaryOperator.identity(), ""))
        .toList();
  }

  private List<Space.Alternative> alternatives(Axis axis, Value value) {
    List<Space.Alternative> alternatives = new ArrayList<>();
    for (Value one : axis.expand(source, value)) {
      alternatives.add(new Space.Alternative(null, setting(axis, one), ""));
    }
    return alternatives;
  }

  /** Sets one option; the value is read once, and refused where it stands. */
  private UnaryOperator<PointOptions> setting(Axis axis, Value value) {
    PointOptions example = set(axis, PointOptions.defaults(), value);
    if (axis == Axis.TILING) {
      policy(example.tiling(), value);
    }
    if (axis == Axis.HEURISTICS) {
      return options -> checked(set(axis, options, value), value);
    }
    return options -> set(axis, options, value);
  }

  private PointOptions set(Axis axis, PointOptions options, Value value) {
    try {
      return axis.set(options, value);
    } catch (IllegalArgumentException e) {
      throw source.wrongValue(value.place(), String.valueOf(e.getMessage()));
    }
  }

  private void policy(String name, Value value) {
    if (!vocabulary.policies().contains(name)) {
      throw source.wrongValue(
          value.place(),
          "there is no tiling policy \"" + name + "\"" + Nearest.hint(name, vocabulary.policies()));
    }
  }

  /** A point after its options were checked. */
  DesignPoint checked(DesignPoint point) {
    return new DesignPoint(point.model(), checked(point.options()));
  }

  private PointOptions checked(PointOptions options) {
    return checked(options, null);
  }

  /** Whether the policy has the heuristics; the place is that of the weights, if it is known. */
  private PointOptions checked(PointOptions options, @Nullable Value weights) {
    if (options.heuristics().isEmpty()
        || checked.contains(List.of(options.tiling(), options.heuristics().keySet()))) {
      return options;
    }
    Set<String> known = vocabulary.heuristics().of(options.tiling());
    for (String heuristic : options.heuristics().keySet()) {
      if (!known.contains(heuristic)) {
        throw source.wrongValue(
            weights == null ? JsonPointer.empty() : weights.place(),
            "tiling policy "
                + options.tiling()
                + " has no heuristic \""
                + heuristic
                + "\""
                + (known.isEmpty() ? "; it has none" : Nearest.hint(heuristic, known)));
      }
    }
    checked.add(List.of(options.tiling(), options.heuristics().keySet()));
    return options;
  }

  /** What points are compared with: the name of a case, or options. */
  Optional<Baseline> baseline() {
    Value baseline = at("/baseline");
    if (baseline.node().isMissingNode()) {
      return Optional.empty();
    }
    Value options = baseline.node().isObject() ? baseline : caseCalled(baseline);
    UnaryOperator<PointOptions> change = UnaryOperator.identity();
    List<String> words = new ArrayList<>();
    boolean weights = options.has(Axis.HEURISTICS.label());
    for (String key : keys(options)) {
      if (key.equals("name") || key.equals(MODELS)) {
        continue;
      }
      Axis axis = Axis.named(key);
      List<Value> values = axis.expand(source, options.get(key));
      if (values.size() != 1) {
        throw source.wrongValue(
            options.get(key).place(),
            "a baseline has one value of " + key + ", not " + values.size());
      }
      UnaryOperator<PointOptions> before = change;
      UnaryOperator<PointOptions> set = setting(axis, values.get(0));
      // The weights of one policy mean nothing to another.
      UnaryOperator<PointOptions> own =
          axis == Axis.TILING && !weights ? o -> set.apply(o).withHeuristics(new TreeMap<>()) : set;
      change = o -> own.apply(before.apply(o));
      JsonNode value = values.get(0).node();
      words.add(key + " " + (value.isValueNode() ? value.asText() : value.toString()));
    }
    String name = options.node().path("name").asText(String.join(", ", words));
    return Optional.of(new Baseline(name, change));
  }

  private Value caseCalled(Value name) {
    Value cases = at("/cases");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < cases.node().size(); i++) {
      names.add(cases.get(i).node().path("name").asText(""));
      if (names.get(i).equals(name.text())) {
        return cases.get(i);
      }
    }
    names.removeIf(String::isEmpty);
    throw source.wrongValue(
        name.place(),
        "there is no case called \""
            + name.text()
            + "\""
            + (names.isEmpty() ? "; no case has a name" : Nearest.hint(name.text(), names)));
  }
}
