package dev.marlin.deployer.zoo;

import java.util.List;

/** Models of one architecture. A new architecture is one class that implements this. */
interface ModelFamily {

  /** All its models, smallest first. */
  List<String> names();

  /**
   * Builds a model.
   *
   * @param name one of {@link #names}
   * @return an ONNX file
   */
  byte[] build(String name);
}
