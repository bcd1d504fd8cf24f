package dev.marlin.deployer.zoo;

import java.util.List;

/** Models of one architecture. A new architecture is one class that implements this. */
interface ModelFamily {

  /** Its models that are worth naming, smallest first. */
  List<String> names();

  /** Whether it has a model of this name, listed in {@link #names} or not. */
  default boolean builds(String name) {
    return names().contains(name);
  }

  /**
   * Builds a model.
   *
   * @param name one that {@link #builds} accepts
   * @return an ONNX file
   */
  byte[] build(String name);
}
