package dev.marlin.deployer.codegen;

/** What a program prints when the network has run. */
public enum ProgramReport {
  /** Cycles of every layer and of all together. */
  CYCLES,
  /** These, and a hash of every layer's output, for which the network runs a second time. */
  HASHES,
  /** Nothing: its status tells. */
  SILENT
}
