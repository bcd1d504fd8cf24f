package dev.marlin.explorer.validation;

/**
 * A layer of one program in both simulators.
 *
 * @param index of the layer, from 0
 * @param name of the layer
 * @param type of the layer
 * @param embedded cycles in the embedded simulator
 * @param gvsoc cycles in GVSOC
 */
public record LayerPair(int index, String name, String type, long embedded, long gvsoc) {

  /** Difference to GVSOC, relative: 0.01 is one percent more cycles. */
  public double error() {
    return Validation.error(embedded, gvsoc);
  }
}
