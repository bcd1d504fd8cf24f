package dev.marlin.reports.published;

/**
 * A network that others ran end to end.
 *
 * @param source where the numbers are from
 * @param chip that ran it
 * @param model name in our zoo
 * @param cores of the cluster
 * @param macs multiply-accumulates; 0 if they are not stated
 * @param cycles of one inference, of the cluster's clock
 * @param derived whether the cycles follow from frames/s and clock
 * @param millijoules of one inference; NaN if they are not known
 */
public record PublishedNetwork(
    Source source,
    String chip,
    String model,
    int cores,
    double macs,
    double cycles,
    boolean derived,
    double millijoules) {

  /** MAC/cycle; NaN if the multiply-accumulates are not known. */
  public double macPerCycle() {
    return macs > 0 ? macs / cycles : Double.NaN;
  }

  /** Frames per second at the source's clock. */
  public double framesPerSecond() {
    return source.clusterMegahertz() * 1e6 / cycles;
  }
}
