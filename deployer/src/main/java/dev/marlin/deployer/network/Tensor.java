package dev.marlin.deployer.network;

/**
 * An activation: its name in the ONNX file, its shape (HWC, channel fastest) and its element type.
 *
 * @param name unique in the network
 */
public record Tensor(String name, Shape shape, ElementType type) {

  /** Bytes of the dense tensor. */
  public int bytes() {
    return Math.multiplyExact(shape.elements(), type.bytes());
  }
}
