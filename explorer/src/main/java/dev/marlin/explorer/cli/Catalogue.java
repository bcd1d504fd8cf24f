package dev.marlin.explorer.cli;

import dev.marlin.deployer.tiling.Heuristic;
import dev.marlin.deployer.tiling.TilingPolicies;
import dev.marlin.deployer.tiling.TilingPolicy;
import dev.marlin.deployer.zoo.Zoo;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.Nearest;
import dev.marlin.explorer.sweep.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The names that users may write: models, policies, heuristics. */
final class Catalogue {
  private Catalogue() {}

  /** Names of the zoo, for lists and hints. */
  static List<String> zoo() {
    return Zoo.names();
  }

  /** Whether the zoo makes a model of that name. */
  static boolean isZoo(String name) {
    return Zoo.contains(name);
  }

  /** What sweeps may name. */
  static Vocabulary vocabulary() {
    Set<String> policies =
        TilingPolicies.all().stream()
            .map(TilingPolicy::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new Vocabulary(zoo(), Catalogue::isZoo, policies, Catalogue::heuristics);
  }

  private static Set<String> heuristics(String policy) {
    return TilingPolicies.named(policy).heuristics().stream()
        .map(Heuristic::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The network that {@code MODEL} means: a file, or else a model of the zoo.
   *
   * @throws CommandException if it is neither
   */
  static ModelRef model(Console console, String text) throws IOException {
    Path file = console.resolve(text);
    if (Files.isRegularFile(file)) {
      return ModelRef.file(file);
    }
    if (isZoo(text)) {
      return ModelRef.zoo(text);
    }
    if (Files.isDirectory(file)) {
      throw CommandException.usage(text + ": is a folder; name the ONNX file in it");
    }
    if (text.endsWith(".onnx") || text.contains("/")) {
      throw CommandException.usage(text + ": no such file");
    }
    throw CommandException.usage(
        "there is no file or model of the zoo \"" + text + "\"" + Nearest.hint(text, zoo()));
  }
}
