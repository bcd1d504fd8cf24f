package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML file as a tree that knows in which line and column each of its values stands. */
final class YamlSource {
  private final String file;
  private final String text;
  private final JsonNode root;
  private final Map<JsonPointer, Mark> values = new HashMap<>();
  private final Map<JsonPointer, Mark> keys = new HashMap<>();

  /**
   * Parses.
   *
   * @param file what messages call it
   * @throws SweepException if it is no YAML, or more of it than a sweep may use
   */
  YamlSource(String file, String text) {
    this.file = file;
    this.text = text;
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Yaml yaml = new Yaml(options);
    try {
      for (Event event : yaml.parse(new StringReader(text))) {
        if (event instanceof AliasEvent) {
          throw at(
              event.getStartMark(), "aliases (*name) are not supported here; write it out", null);
        }
      }
      Node document = yaml.compose(new StringReader(text));
      if (document == null) {
        throw new SweepException(file + ": is empty; a sweep needs at least grid: models:", null);
      }
      marks(JsonPointer.empty(), document);
      root = parse(text);
    } catch (MarkedYAMLException e) {
      throw at(e.getProblemMark(), String.valueOf(e.getProblem()), e);
    } catch (JsonProcessingException e) {
      throw new SweepException(
          file
              + ":"
              + e.getLocation().getLineNr()
              + ":"
              + e.getLocation().getColumnNr()
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static JsonNode parse(String text) throws JsonProcessingException {
    return JsonMapper.builder(new YAMLFactory())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .build()
        .readTree(text);
  }

  private void marks(JsonPointer path, Node node) {
    values.put(path, node.getStartMark());
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode key) {
          JsonPointer child = path.appendProperty(key.getValue());
          keys.put(child, key.getStartMark());
          marks(child, entry.getValueNode());
        }
      }
    } else if (node instanceof SequenceNode sequence) {
      for (int i = 0; i < sequence.getValue().size(); i++) {
        marks(path.appendIndex(i), sequence.getValue().get(i));
      }
    }
  }

  JsonNode root() {
    return root;
  }

  String text() {
    return text;
  }

  /** Something is wrong with the value at {@code path}. */
  SweepException wrongValue(JsonPointer path, String what) {
    return at(values.get(path), what, null);
  }

  /** Something is wrong with the key at the end of {@code path}. */
  SweepException wrongKey(JsonPointer path, String what) {
    return at(keys.getOrDefault(path, values.get(path)), what, null);
  }

  private SweepException at(@Nullable Mark mark, String what, @Nullable Throwable cause) {
    String place = mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    return new SweepException(file + place + ": " + what, cause);
  }
}
