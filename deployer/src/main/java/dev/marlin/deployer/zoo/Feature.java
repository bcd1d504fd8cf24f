package dev.marlin.deployer.zoo;

import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.reference.Activation;

/**
 * A tensor of a zoo model under construction.
 *
 * @param activation what the seeded input makes of it
 * @param vector whether ONNX sees it as [1, N], not as a picture
 */
record Feature(Activation activation, boolean vector) {

  String name() {
    return activation.tensor().name();
  }

  Shape shape() {
    return activation.tensor().shape();
  }
}
