package dev.marlin.deployer;

import dev.marlin.kernels.Kernel;
import java.util.Collection;

/** How much of L2 code and data take, known before the network is generated. */
@FunctionalInterface
public interface ResidentBytes {

  /** A generous guess for who has no compiler at hand: runtime, then kernels and layers. */
  ResidentBytes ESTIMATE =
      (kernels, layers, cores) -> 12 * 1024 + 4 * 1024 * kernels.size() + 320 * layers;

  /**
   * An upper bound in bytes.
   *
   * @param kernels that the program uses, each once
   * @param layers of the network
   * @param cores of the cluster
   */
  int of(Collection<Kernel> kernels, int layers, int cores);
}
