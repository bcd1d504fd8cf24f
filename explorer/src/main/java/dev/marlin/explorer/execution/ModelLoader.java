package dev.marlin.explorer.execution;

import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.onnx.NetworkReader;
import dev.marlin.explorer.sweep.ModelRef;
import java.nio.file.Path;

/** Reads the network of a point. */
public final class ModelLoader {
  private ModelLoader() {}

  /**
   * Reads a file or makes a model of the zoo.
   *
   * @throws ModelException if the file is damaged or holds what is not supported
   */
  public static Network load(ModelRef model) {
    if (model.isZoo()) {
      throw new ModelException("there is no model " + model.location() + " in the zoo");
    }
    return NetworkReader.read(Path.of(model.location()));
  }
}
