package dev.marlin.deployer.onnx;

/** What one ONNX operator adds to the network. */
@FunctionalInterface
interface Rule {

  /**
   * Reads what {@code node} reads from {@code lowering}, adds layers, and defines what it writes.
   *
   * @throws dev.marlin.deployer.network.ModelException if the node is used in a way that is not
   *     supported
   */
  void apply(Node node, Lowering lowering);
}
