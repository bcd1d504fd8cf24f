package dev.marlin.simulator;

/** Code made by {@link Translator}: executes instructions of one core from one address on. */
abstract class Region {
  /**
   * Executes until the code leaves the region, or jumps backwards at or after {@code limit}.
   *
   * <p>Leaves the registers in {@code ahead}, the number of the instruction to go on with in {@code
   * ahead.exit}, and adds to {@code ahead.counts}.
   *
   * @param t cycles since {@code ahead} began
   * @return cycles since then at the next instruction
   */
  abstract int run(RunAhead ahead, int t, int limit);
}
