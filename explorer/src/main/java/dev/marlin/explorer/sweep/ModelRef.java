package dev.marlin.explorer.sweep;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network before it is read.
 *
 * @param name for people: the zoo's name, or of a file what tells it from its neighbours
 * @param location absolute path of an ONNX file, or the zoo's name
 * @param hash of its content: SHA-256 of the file, or {@code zoo:} and the name, for the zoo makes
 *     the same network of the same name
 */
public record ModelRef(String name, String location, String hash) implements Serializable {

  /** A model of the zoo. */
  public static ModelRef zoo(String name) {
    return new ModelRef(name, name, "zoo:" + name);
  }

  /**
   * An ONNX file.
   *
   * @throws IOException if it cannot be read
   */
  public static ModelRef file(Path file) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    return new ModelRef(
        nameOf(absolute), absolute.toString(), DesignPoint.sha256(Files.readAllBytes(absolute)));
  }

  /** Whether the network is made by the zoo. */
  public boolean isZoo() {
    return hash.startsWith("zoo:");
  }

  /**
   * The file's name without ending; of the many that are called {@code model.onnx} the folder's.
   */
  private static String nameOf(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.onnx$", "");
    Path folder = file.getParent();
    boolean folderTells = name.equals("model") && folder != null && folder.getFileName() != null;
    return folderTells ? String.valueOf(folder.getFileName()) : name;
  }
}
