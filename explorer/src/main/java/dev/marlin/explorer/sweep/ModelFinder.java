package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Finds the networks that a sweep names: files, globs, zoo models and families of them. */
final class ModelFinder {
  private final Vocabulary vocabulary;

  ModelFinder(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * The networks of one entry of {@code models}.
   *
   * @param folder that relative paths start from
   * @throws SweepException if there is none
   */
  List<ModelRef> find(YamlSource source, Value value, Path folder) {
    if (value.node().isObject()) {
      return family(source, value);
    }
    JsonPointer place = value.place();
    String text = value.text();
    try {
      if (text.matches(".*[*?\\[{].*")) {
        List<ModelRef> models = glob(text, folder);
        if (models.isEmpty()) {
          throw source.wrongValue(place, "no file matches \"" + text + "\" in " + folder);
        }
        return models;
      }
      if (vocabulary.isModel().test(text)) {
        return List.of(ModelRef.zoo(text));
      }
      Path file = folder.resolve(text);
      if (Files.isRegularFile(file)) {
        return List.of(ModelRef.file(file));
      }
      if (text.endsWith(".onnx") || text.contains("/")) {
        throw source.wrongValue(place, "there is no file " + file.normalize());
      }
      throw source.wrongValue(
          place,
          "\""
              + text
              + "\" is neither a file nor a model of the zoo"
              + Nearest.hint(text, vocabulary.models()));
    } catch (IOException e) {
      throw source.wrongValue(place, "cannot read \"" + text + "\": " + e.getMessage());
    }
  }

  private List<ModelRef> family(YamlSource source, Value value) {
    List<ModelRef> models = new ArrayList<>();
    String family = value.get("family").text();
    for (Value width : Ranges.expand(source, value.get("widths"), Ranges.NUMBERS)) {
      for (Value resolution : Ranges.expand(source, value.get("resolutions"), Ranges.NUMBERS)) {
        String name = family + "_" + width.node().doubleValue() + "_" + resolution.node().asInt();
        if (!vocabulary.isModel().test(name)) {
          throw source.wrongValue(
              value.place(),
              "the zoo has no model " + name + Nearest.hint(name, vocabulary.models()));
        }
        models.add(ModelRef.zoo(name));
      }
    }
    return models;
  }

  /** Files that match, sorted; the part before the first wildcard is the folder to look in. */
  private static List<ModelRef> glob(String pattern, Path folder) throws IOException {
    String fixed =
        pattern.substring(0, pattern.replaceFirst("[*?\\[{].*", "").lastIndexOf('/') + 1);
    Path start = folder.resolve(fixed).normalize();
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    String rest = pattern.substring(fixed.length());
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + rest);
    int depth = rest.contains("**") ? Integer.MAX_VALUE : rest.split("/", -1).length;
    List<ModelRef> models = new ArrayList<>();
    try (Stream<Path> files = Files.walk(start, depth)) {
      for (Path file : files.sorted().toList()) {
        if (matcher.matches(start.relativize(file)) && Files.isRegularFile(file)) {
          models.add(ModelRef.file(file));
        }
      }
    }
    return models;
  }

  /** The same models, with names that tell them apart: equal names get a number. */
  static List<ModelRef> distinctNames(List<ModelRef> models) {
    Map<String, Integer> seen = new HashMap<>();
    List<ModelRef> renamed = new ArrayList<>();
    for (ModelRef model : models) {
      int count = seen.merge(model.name(), 1, Integer::sum);
      renamed.add(
          count == 1
              ? model
              : new ModelRef(model.name() + "-" + count, model.location(), model.hash()));
    }
    return renamed;
  }
}
