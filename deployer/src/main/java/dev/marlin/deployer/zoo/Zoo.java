package dev.marlin.deployer.zoo;

import dev.marlin.deployer.network.ModelException;
import java.util.List;

/**
 * Models that need no file: well-known architectures with seeded weights, in integer ONNX as NEMO
 * writes it. The same name gives the same bytes on every machine. No layer is dead or saturated on
 * the seeded input ({@link dev.marlin.deployer.reference.SeededInput}).
 */
public final class Zoo {
  private static final List<ModelFamily> FAMILIES =
      List.of(
          new MobileNetV1(),
          new MobileNetV2(),
          new ResNet8(),
          new DsCnn(),
          new Autoencoder(),
          new DroNet(),
          new PenguiNet(),
          new SingleLayer());

  private Zoo() {}

  /** Names of all models. */
  public static List<String> names() {
    return FAMILIES.stream().flatMap(family -> family.names().stream()).toList();
  }

  /**
   * The ONNX file of a model; takes up to some seconds.
   *
   * @throws ModelException if there is no such model; names the nearest
   */
  public static byte[] model(String name) {
    return FAMILIES.stream()
        .filter(family -> family.builds(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "no zoo model '" + name + "'; the nearest is '" + nearest(name) + "'"))
        .build(name);
  }

  /** Whether there is a model of this name. */
  public static boolean contains(String name) {
    return FAMILIES.stream().anyMatch(family -> family.builds(name));
  }

  /** The model whose name needs the fewest changes to become {@code name}. */
  static String nearest(String name) {
    String nearest = "";
    int fewest = Integer.MAX_VALUE;
    String start = name.substring(0, Math.min(name.length(), 100));
    for (String candidate : names()) {
      int changes = changes(start, candidate);
      if (changes < fewest) {
        fewest = changes;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Levenshtein distance: insertions, deletions and replacements from a to b. */
  private static int changes(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
