package dev.marlin.deployer.zoo;

import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.onnx.NetworkReader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What people call a model: an ONNX file, or the name of a {@link Zoo} model. */
public final class Models {
  private Models() {}

  /**
   * Reads a model; an existing file comes before a zoo model of the same name.
   *
   * @param model path of an ONNX file, or a name of {@link Zoo#names}
   * @throws ModelException if there is neither, or the file cannot be read
   */
  public static Network load(String model) {
    try {
      Path file = Path.of(model);
      boolean looksLikeFile = model.endsWith(".onnx") || model.contains("/");
      if (Files.isRegularFile(file) || (looksLikeFile && !Zoo.contains(model))) {
        return NetworkReader.read(file);
      }
    } catch (InvalidPathException e) {
      throw new ModelException("no model '" + model.replaceAll("\\p{Cntrl}", "?") + "'", e);
    }
    if (!Zoo.contains(model)) {
      throw new ModelException(
          "no file and no zoo model '"
              + model
              + "'; the nearest zoo model is '"
              + Zoo.nearest(model)
              + "'");
    }
    return NetworkReader.read(Zoo.model(model), model);
  }
}
