package dev.marlin.deployer;

import java.util.Set;

/** How much of L2 code and data take, known before the network is generated. */
@FunctionalInterface
public interface ResidentBytes {

  /** A generous guess for who has no compiler at hand: runtime, then kernels and layers. */
  ResidentBytes ESTIMATE =
      (kernelFiles, layers, cores) -> 12 * 1024 + 6 * 1024 * kernelFiles.size() + 320 * layers;

  /**
   * An upper bound in bytes.
   *
   * @param kernelFiles files under {@code nn/} that the program uses
   * @param layers of the network
   * @param cores of the cluster
   */
  int of(Set<String> kernelFiles, int layers, int cores);
}
