package dev.marlin.deployer.onnx;

import java.util.Map;

/** How one exporter writes integer networks. A new exporter is one class that implements this. */
interface Frontend {

  /** The exporter, for people. */
  String name();

  /** Whether {@code graph} bears this exporter's marks. */
  boolean recognizes(Graph graph);

  /** The rule for each ONNX operator that is supported. */
  Map<String, Rule> rules();
}
