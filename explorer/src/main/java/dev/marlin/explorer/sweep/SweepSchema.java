package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The one JSON Schema of sweep files: editors complete from it, and what it refuses is reported
 * with file, line and column.
 */
final class SweepSchema {
  private static final String RESOURCE = "sweep.schema.json";

  private static final Map<String, String> TYPES =
      Map.of(
          "array", "a list",
          "object", "a map of keys",
          "string", "text",
          "integer", "a whole number",
          "number", "a number");

  private final Schema schema;

  SweepSchema() {
    try (InputStream in = SweepSchema.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(in, InputFormat.JSON);
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " is damaged", e);
    }
  }

  /**
   * Checks a file.
   *
   * @throws SweepException about the most telling of what is wrong
   */
  void check(YamlSource source) {
    List<Error> errors = schema.validate(source.text(), InputFormat.YAML);
    if (errors.isEmpty()) {
      return;
    }
    // Of alternatives (a value or a list) the one that got furthest is the one that was meant; an
    // unknown key tells more than the key that is missing in its place.
    Error error =
        errors.stream()
            .max(
                Comparator.<Error>comparingInt(e -> e.getInstanceLocation().getNameCount())
                    .thenComparing(e -> e.getKeyword().equals("additionalProperties"))
                    .thenComparing(e -> !e.getKeyword().equals("type")))
            .orElseThrow();
    throw describe(error, source, errors);
  }

  private SweepException describe(Error error, YamlSource source, List<Error> errors) {
    JsonPointer place = pointer(error.getInstanceLocation());
    JsonNode value = source.root().at(place);
    String shown = value.isValueNode() ? "\"" + value.asText() + "\"" : "";
    return switch (error.getKeyword()) {
      case "additionalProperties" -> {
        String key = String.valueOf(error.getProperty());
        yield source.wrongKey(
            place.appendProperty(key),
            "unknown key \"" + key + "\"" + Nearest.hint(key, siblings(error)));
      }
      case "enum" ->
          source.wrongValue(
              place, shown + " is not allowed here" + Nearest.hint(value.asText(), allowed(error)));
      case "required" ->
          source.wrongValue(place, name(place) + " needs the key \"" + error.getProperty() + "\"");
      case "type" ->
          source.wrongValue(
              place,
              name(place)
                  + " is "
                  + (shown.isEmpty() ? kind(value) : shown)
                  + ", but must be "
                  + types(place, errors));
      default ->
          source.wrongValue(
              place,
              name(place)
                  + (shown.isEmpty() ? "" : " is " + shown + ", but")
                  + " "
                  + error.getMessage().toLowerCase(Locale.ROOT));
    };
  }

  /** The keys that the schema knows where {@code error} found one that it does not. */
  private List<String> siblings(Error error) {
    tools.jackson.databind.JsonNode node = schema.getSchemaNode();
    NodePath path = error.getSchemaLocation().getFragment();
    for (int i = 0; i < path.getNameCount() - 1; i++) {
      Object element = path.getElement(i);
      node = element instanceof Integer index ? node.get(index) : node.get(element.toString());
    }
    List<String> keys = new ArrayList<>();
    tools.jackson.databind.JsonNode properties = node.get("properties");
    if (properties != null) {
      properties.propertyNames().forEach(keys::add);
    }
    return keys;
  }

  private static List<String> allowed(Error error) {
    List<String> values = new ArrayList<>();
    error.getSchemaNode().forEach(value -> values.add(value.asString()));
    return values;
  }

  /** What all alternatives at this place would take. */
  private static String types(JsonPointer place, List<Error> errors) {
    List<String> types = new ArrayList<>();
    for (Error error : errors) {
      if (error.getKeyword().equals("type") && pointer(error.getInstanceLocation()).equals(place)) {
        tools.jackson.databind.JsonNode node = error.getSchemaNode();
        if (node.isArray()) {
          node.forEach(type -> types.add(type.asString()));
        } else {
          types.add(node.asString());
        }
      }
    }
    return types.stream()
        .distinct()
        .map(type -> TYPES.getOrDefault(type, type))
        .collect(Collectors.joining(" or "));
  }

  private static String kind(JsonNode value) {
    return value.isArray() ? "a list" : value.isObject() ? "a map of keys" : "empty";
  }

  private static String name(JsonPointer place) {
    return place.matches() ? "the sweep" : place.toString().substring(1).replace('/', '.');
  }

  private static JsonPointer pointer(NodePath path) {
    JsonPointer pointer = JsonPointer.empty();
    for (int i = 0; i < path.getNameCount(); i++) {
      Object element = path.getElement(i);
      pointer =
          element instanceof Integer index
              ? pointer.appendIndex(index)
              : pointer.appendProperty(element.toString());
    }
    return pointer;
  }
}
