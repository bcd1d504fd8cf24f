package dev.marlin.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The constants of a layer before they are laid out for a kernel.
 *
 * @param weights int8, output channel x kernel row x kernel column x input channel of the group
 *     (OHWI); empty for a layer without weights; of an addition by tables these, one after the
 *     other
 * @param multiplier one for each output channel, or null for raw 32-bit output
 * @param offset one for each output channel: added after the multiplication, or the bias of raw
 *     32-bit output
 * @param lines one for each output channel if the layer is clamped, else none
 */
public record LayerConstants(
    byte[] weights, long @Nullable [] multiplier, long[] offset, List<ClampedLine> lines) {

  /** Constants of a layer that is not clamped. */
  public LayerConstants(byte[] weights, long @Nullable [] multiplier, long[] offset) {
    this(weights, multiplier, offset, List.of());
  }

  /** The same constants for {@link Arithmetic#CLAMPED} or {@link Arithmetic#REFINED}. */
  public LayerConstants withLines(List<ClampedLine> clampedLines) {
    return new LayerConstants(weights, multiplier, offset, List.copyOf(clampedLines));
  }
}
