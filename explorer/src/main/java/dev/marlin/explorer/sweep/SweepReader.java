package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Reads a sweep: YAML, checked by {@link SweepSchema}, then by what only code can check, then
 * multiplied out.
 */
public final class SweepReader {
  private static final int MOST_POINTS = 1_000_000;
  private static final JsonPointer GRID = JsonPointer.compile("/grid");

  /** Sets one option from one value of the file. */
  private interface Axis extends BiFunction<PointOptions, Value, PointOptions> {}

  /** A value and where it stands. */
  private record Value(JsonNode node, JsonPointer place) {}

  private static final Map<String, Axis> AXES = axes();

  private final Vocabulary vocabulary;
  private final ModelFinder models;

  /** A reader that knows the names of {@code vocabulary}. */
  public SweepReader(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.models = new ModelFinder(vocabulary);
  }

  /**
   * Reads a file.
   *
   * @param file the file; models are relative to its folder
   * @param shown what messages call it
   * @throws IOException if it cannot be read
   * @throws SweepException if something in it is wrong
   */
  public Sweep read(Path file, String shown) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (MalformedInputException e) {
      throw new SweepException(shown + ": is no text in UTF-8", e);
    }
    YamlSource source = new YamlSource(shown, text);
    new SweepSchema().check(source);
    JsonNode root = source.root();
    PointOptions defaults = PointOptions.defaults();
    for (Map.Entry<String, Axis> axis : AXES.entrySet()) {
      JsonPointer place = JsonPointer.compile("/defaults/" + axis.getKey());
      if (!root.at(place).isMissingNode()) {
        defaults = set(source, axis.getValue(), defaults, new Value(root.at(place), place));
      }
    }
    Path folder = file.toAbsolutePath().getParent();
    List<ModelRef> networks = models(source, folder);
    List<PointOptions> options = options(source, defaults);
    if ((long) networks.size() * options.size() > MOST_POINTS) {
      throw source.wrongKey(
          GRID,
          "the grid has "
              + (long) networks.size() * options.size()
              + " points; at most "
              + MOST_POINTS
              + " are allowed");
    }
    Set<DesignPoint> points = new LinkedHashSet<>();
    for (ModelRef model : networks) {
      options.forEach(o -> points.add(new DesignPoint(model, o)));
    }
    String name = root.path("name").asText(stem(file));
    return new Sweep(name, root.path("description").asText("").strip(), text, List.copyOf(points));
  }

  private List<ModelRef> models(YamlSource source, Path folder) {
    // The same network may be named twice, for example by a glob and by its name.
    Map<String, ModelRef> found = new LinkedHashMap<>();
    for (Value value : values(source, "models")) {
      models
          .find(source, value.node(), value.place(), folder)
          .forEach(model -> found.putIfAbsent(model.location(), model));
    }
    return ModelFinder.distinctNames(List.copyOf(found.values()));
  }

  private List<PointOptions> options(YamlSource source, PointOptions defaults) {
    List<PointOptions> options = List.of(defaults);
    for (Map.Entry<String, Axis> axis : AXES.entrySet()) {
      List<Value> values = values(source, axis.getKey());
      if (values.isEmpty()) {
        continue;
      }
      List<PointOptions> product = new ArrayList<>();
      for (PointOptions option : options) {
        for (Value value : values) {
          product.add(set(source, axis.getValue(), option, value));
        }
      }
      options = product;
      if (options.size() > MOST_POINTS) {
        break;
      }
    }
    return options;
  }

  private PointOptions set(YamlSource source, Axis axis, PointOptions options, Value value) {
    PointOptions changed;
    try {
      changed = axis.apply(options, value);
    } catch (IllegalArgumentException e) {
      throw source.wrongValue(value.place(), String.valueOf(e.getMessage()));
    }
    if (!vocabulary.policies().contains(changed.tiling())) {
      throw source.wrongValue(
          value.place(),
          "there is no tiling policy \""
              + changed.tiling()
              + "\""
              + Nearest.hint(changed.tiling(), vocabulary.policies()));
    }
    Set<String> known = vocabulary.heuristics().of(changed.tiling());
    for (String heuristic : changed.heuristics().keySet()) {
      if (!known.contains(heuristic)) {
        throw source.wrongValue(
            value.place(),
            "tiling policy "
                + changed.tiling()
                + " has no heuristic \""
                + heuristic
                + "\""
                + (known.isEmpty() ? "; it has none" : Nearest.hint(heuristic, known)));
      }
    }
    return changed;
  }

  /** The values of an axis: none, one, or a list. */
  private static List<Value> values(YamlSource source, String axis) {
    JsonPointer place = GRID.appendProperty(axis);
    JsonNode node = source.root().at(place);
    if (node.isMissingNode()) {
      return List.of();
    }
    if (!node.isArray()) {
      return List.of(new Value(node, place));
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      values.add(new Value(node.get(i), place.appendIndex(i)));
    }
    return values;
  }

  private static Map<String, Axis> axes() {
    Map<String, Axis> axes = new LinkedHashMap<>();
    axes.put("l1", (o, v) -> o.withL1Bytes(ByteSize.parse(v.node().asText())));
    axes.put("l2", (o, v) -> o.withL2Bytes(ByteSize.parse(v.node().asText())));
    axes.put("l3", (o, v) -> o.withL3Bytes(ByteSize.parse(v.node().asText())));
    axes.put("cores", (o, v) -> o.withCores(v.node().asInt()));
    axes.put("clock", (o, v) -> o.withClockHertz(Frequency.parse(v.node().asText())));
    axes.put("tiling", (o, v) -> o.withTiling(v.node().asText()));
    axes.put("heuristics", (o, v) -> o.withHeuristics(weights(v.node())));
    axes.put("toolchain", (o, v) -> o.withToolchain(v.node().asText()));
    axes.put("requantization", (o, v) -> o.withRequantization(v.node().asText()));
    axes.put("executor", (o, v) -> o.withExecutor(v.node().asText()));
    return axes;
  }

  private static SortedMap<String, Double> weights(JsonNode node) {
    SortedMap<String, Double> weights = new TreeMap<>();
    node.properties().forEach(entry -> weights.put(entry.getKey(), entry.getValue().asDouble()));
    return weights;
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    return name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
  }
}
