package dev.marlin.deployer.hardware;

/** Where data can lie, from the cores outwards. */
public enum MemoryLevel {
  /** The cluster's tightly coupled memory: kernels read and write nothing else. */
  L1,
  /** The memory of the system on chip, shared by fabric controller and cluster. */
  L2,
  /** HyperRAM, behind the uDMA. */
  L3
}
