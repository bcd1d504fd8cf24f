package dev.marlin.simulator;

/**
 * One destination of a router: a path of four bytes a cycle that requests book one after the other.
 *
 * <p>A request waits until the path is free, but only the longest of the waits on its way counts;
 * booking never moves an earlier one.
 */
final class Link {
  private long free;

  /**
   * Books the path.
   *
   * @param now cycle of the request
   * @param words cycles that it occupies the path
   * @param latency cycles that the request has waited elsewhere already
   * @return cycles that it waits, at least {@code latency}
   */
  int pass(long now, int words, int latency) {
    long start = Math.max(free, now);
    free = start + words;
    return Math.max(latency, (int) (start - now));
  }
}
