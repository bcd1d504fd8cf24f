package dev.marlin.reports.rows;

/**
 * Why a point has no performance.
 *
 * @param kind in a word or two
 * @param message for people
 * @param level the memory that is too small, {@code L1}, {@code L2} or {@code L3}; else empty
 * @param layer that does not fit; else empty
 * @param missingBytes of that level; 0 if nothing is missing
 */
public record Problem(String kind, String message, String level, String layer, long missingBytes) {

  /** Nothing is wrong. */
  public static final Problem NONE = new Problem("", "", "", "", 0);
}
