package dev.marlin.kernels;

import java.util.List;

/**
 * A requantization that {@link Staircases} has put into 32 bits.
 *
 * @param shift digits of the lines behind their points: 0 if they are coarse
 * @param lines one for each output channel
 */
public record Clamping(int shift, List<ClampedLine> lines) {

  /** Which variant of a kernel computes the lines. */
  public Arithmetic arithmetic() {
    return shift == 0 ? Arithmetic.CLAMPED : Arithmetic.REFINED;
  }
}
