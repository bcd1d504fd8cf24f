package dev.marlin.explorer.execution;

import java.io.Serializable;

/**
 * Why a point did not end well.
 *
 * @param kind in one or two words: {@code wrong result}, {@code infeasible}, {@code compiler},
 *     {@code deadlock}, ...
 * @param message one line
 * @param log everything else that helps: the compiler's or the program's output, or a stack trace
 * @param level L1, L2 or L3 if a memory is too small, else empty
 * @param layer name of the layer that does not fit, else empty
 * @param missingBytes of that memory, else 0
 */
public record Failure(
    String kind, String message, String log, String level, String layer, long missingBytes)
    implements Serializable {

  /** The kind of what lies outside of the point: a disk, a lost machine, a missing compiler. */
  public static final String ENVIRONMENT = "environment";

  /** A failure that is not about memory. */
  public static Failure of(String kind, String message, String log) {
    return new Failure(kind, message, log, "", "", 0);
  }
}
