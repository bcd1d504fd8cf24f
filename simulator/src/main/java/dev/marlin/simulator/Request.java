package dev.marlin.simulator;

/**
 * A load or store on its way through the interconnect. Each core owns one and uses it again and
 * again.
 */
final class Request {
  /** The core that asks. */
  final Core core;

  int address;

  /** Bytes, 1 to 4; never crosses a word. */
  int size;

  boolean write;

  /** What to write, or what was read, zero-extended. */
  int data;

  /** Cycles beyond the one that every access takes. */
  int latency;

  /** Set by a device that answers later through {@link CoreUnit#answer}. */
  boolean blocked;

  /** What the core then waits for, for messages and the timeline. */
  String waitsFor = "";

  Request(Core core) {
    this.core = core;
  }
}
