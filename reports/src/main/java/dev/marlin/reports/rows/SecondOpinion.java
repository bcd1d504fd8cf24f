package dev.marlin.reports.rows;

import java.util.List;

/**
 * The very same program in our simulator and elsewhere.
 *
 * @param model name of the network
 * @param gap8 whether the chip is GAP8 as it was built
 * @param cores of the cluster
 * @param executor what else ran it, for example {@code gvsoc}
 * @param layers in order
 */
public record SecondOpinion(
    String model, boolean gap8, int cores, String executor, List<Layer> layers) {
  public SecondOpinion {
    layers = List.copyOf(layers);
  }

  /**
   * A layer in both.
   *
   * @param ours cycles in our simulator
   * @param theirs cycles elsewhere
   */
  public record Layer(long ours, long theirs) {}

  /** Cycles end to end in our simulator. */
  public long ours() {
    return layers.stream().mapToLong(Layer::ours).sum();
  }

  /** Cycles end to end elsewhere. */
  public long theirs() {
    return layers.stream().mapToLong(Layer::theirs).sum();
  }
}
