package dev.marlin.simulator;

/**
 * Called when a core is about to execute the instruction at an address. Costs no simulated time.
 */
@FunctionalInterface
public interface Probe {
  /**
   * A core has reached the address.
   *
   * @param machine the state at that moment, to be read during the call only
   * @param core which core: 0 to n-1 are the cluster's, n is the fabric controller
   */
  void reached(MachineView machine, int core);
}
