package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Reads a sweep: YAML, checked by {@link SweepSchema}, then by what only code can check, then made
 * into a {@link Space} of points by {@link SpaceReader}, of which all are taken, some at random, or
 * those that a {@link Search} asks for.
 */
public final class SweepReader {
  private static final int MOST_POINTS = 1_000_000;
  private static final int MOST_DRAWS = 1000;

  private final Vocabulary vocabulary;

  /** A reader that knows the names of {@code vocabulary}. */
  public SweepReader(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
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
    Path folder = file.toAbsolutePath().getParent();
    SpaceReader reader = new SpaceReader(source, vocabulary, folder);
    refuseRepetition(source);
    Space space = reader.space();
    Optional<Baseline> baseline = reader.baseline();
    JsonNode root = source.root();
    String name = root.path("name").asText(stem(file));
    String description = root.path("description").asText("").strip();
    if (root.has("search") && root.has("random")) {
      throw source.wrongKey(
          JsonPointer.compile("/random"), "a sweep has either random or search, not both");
    }
    if (root.has("search")) {
      return new Sweep(
          name, description, text, List.of(), Map.of(), baseline, Optional.of(search(root, space)));
    }
    Map<DesignPoint, String> points = new LinkedHashMap<>();
    for (Space.Named named : chosen(source, space)) {
      points.putIfAbsent(named.point(), named.config());
    }
    if (points.isEmpty()) {
      throw source.wrongValue(
          JsonPointer.empty(), "include and exclude leave none of " + space.size() + " points");
    }
    // What points are compared with must be there.
    for (DesignPoint point : List.copyOf(points.keySet())) {
      baseline.ifPresent(b -> points.putIfAbsent(reader.checked(b.of(point)), ""));
    }
    return new Sweep(
        name, description, text, List.copyOf(points.keySet()), points, baseline, Optional.empty());
  }

  private static void refuseRepetition(YamlSource source) {
    JsonPointer place = JsonPointer.compile("/repeat");
    if (source.root().at(place).asInt(1) > 1) {
      throw source.wrongValue(
          place,
          "every executor is deterministic: a second run tells nothing new; leave repeat out");
    }
  }

  private static Search search(JsonNode root, Space space) {
    JsonNode search = root.get("search");
    return new Search(
        space,
        search.path("population").asInt(16),
        search.path("generations").asInt(8),
        root.path("seed").asLong(0));
  }

  private static List<Space.Named> chosen(YamlSource source, Space space) {
    JsonNode root = source.root();
    if (root.has("random")) {
      return drawn(source, space, root.get("random").asInt(), root.path("seed").asLong(0));
    }
    if (space.size() > MOST_POINTS) {
      throw source.wrongValue(
          JsonPointer.empty(),
          "the sweep has "
              + space.size()
              + " points; at most "
              + MOST_POINTS
              + " are allowed; random: 1000 takes some of them");
    }
    return space.all();
  }

  /** Some points at random, each once; all if there are no more. */
  private static List<Space.Named> drawn(YamlSource source, Space space, int wanted, long seed) {
    if (wanted >= space.size()) {
      return space.all();
    }
    SplittableRandom random = new SplittableRandom(seed);
    Set<Long> numbers = new HashSet<>();
    List<Space.Named> points = new ArrayList<>();
    long draws = 0;
    while (points.size() < wanted && numbers.size() < space.size()) {
      if (++draws > (long) wanted * MOST_DRAWS) {
        throw source.wrongValue(
            JsonPointer.compile("/random"),
            "found only "
                + points.size()
                + " of "
                + wanted
                + " points: include and exclude admit too few; name the axes more narrowly");
      }
      long number = random.nextLong(space.size());
      Space.Named point = numbers.add(number) ? space.at(number) : null;
      if (point != null) {
        points.add(point);
      }
    }
    return points;
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    return name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
  }
}
