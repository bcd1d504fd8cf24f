package dev.marlin.deployer.tiling;

/**
 * Whether the buffers of L1 are double, so that transfers run beside the computation: a weight of
 * every policy, though it is none of the terms of an objective.
 */
final class Buffering {
  /** Name of the weight. */
  static final String NAME = "buffers";

  /** The policy chooses for each layer. */
  static final int EITHER = 0;

  static final int SINGLE = 1;
  static final int DOUBLE = 2;

  private Buffering() {}

  /** The weight with a policy's own choice. */
  static Heuristic of(int own, String meaning) {
    return new Heuristic(NAME, own, meaning);
  }

  /**
   * What the weight says.
   *
   * @param least value that the policy knows
   * @throws IllegalArgumentException if it says nothing that the policy knows
   */
  static int of(double weight, int least) {
    if (weight != Math.rint(weight) || weight < least || weight > DOUBLE) {
      throw new IllegalArgumentException(
          "heuristic "
              + NAME
              + " is "
              + weight
              + "; it must be "
              + (least == EITHER ? "0 (as it is best), " : "")
              + "1 (single) or 2 (double)");
    }
    return (int) weight;
  }
}
