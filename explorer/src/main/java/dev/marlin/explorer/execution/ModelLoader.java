package dev.marlin.explorer.execution;

import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.onnx.NetworkReader;
import dev.marlin.deployer.zoo.Zoo;
import dev.marlin.explorer.sweep.ModelRef;
import java.nio.file.Path;

/** Reads the network of a point. */
public final class ModelLoader {
  private ModelLoader() {}

  /**
   * Reads a file or makes a model of the zoo.
   *
   * @throws dev.marlin.deployer.network.ModelException if the file is damaged or holds what is not
   *     supported
   */
  public static Network load(ModelRef model) {
    return model.isZoo()
        ? NetworkReader.read(Zoo.model(model.location()), model.name())
        : NetworkReader.read(Path.of(model.location()));
  }
}
