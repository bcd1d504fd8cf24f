package dev.marlin.explorer.validation;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One program in both simulators.
 *
 * @param model name of the network
 * @param l1Bytes of the chip
 * @param l2Bytes of the chip
 * @param cores of the cluster
 * @param tiling name of the policy
 * @param program first 16 hex digits of the ELF's SHA-256
 * @param layers in order; their cycles add up to the total
 * @param origin where GVSOC's cycles come from
 */
public record ProgramPair(
    String model,
    int l1Bytes,
    int l2Bytes,
    int cores,
    String tiling,
    String program,
    List<LayerPair> layers,
    Origin origin) {

  /** Where cycles come from. */
  public enum Origin {
    /** GVSOC has just run this program. */
    LIVE,
    /** GVSOC has run this very program before; the embedded simulator has just run it. */
    RECORDED,
    /** GVSOC and the embedded simulator have both run an earlier program of this network. */
    EARLIER_PROGRAM,
    /**
     * Both have run it when it was recorded; the network is not at hand, so nobody knows whether
     * its program is still the same.
     */
    NOT_BUILT;

    /** For people. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  public ProgramPair {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(model + " has no layers");
    }
  }

  /** Cycles end to end in the embedded simulator. */
  public long embedded() {
    return layers.stream().mapToLong(LayerPair::embedded).sum();
  }

  /** Cycles end to end in GVSOC. */
  public long gvsoc() {
    return layers.stream().mapToLong(LayerPair::gvsoc).sum();
  }

  /** Relative difference end to end. */
  public double error() {
    return Validation.error(embedded(), gvsoc());
  }

  /** The layer that differs most. */
  public LayerPair worst() {
    return layers.stream()
        .max(Comparator.comparingDouble(layer -> Math.abs(layer.error())))
        .orElseThrow();
  }

  /** Whether {@code other} is the same network on the same chip, tiled by the same policy. */
  boolean isSamePoint(ProgramPair other) {
    return model.equals(other.model)
        && l1Bytes == other.l1Bytes
        && l2Bytes == other.l2Bytes
        && cores == other.cores
        && tiling.equals(other.tiling);
  }

  ProgramPair withOrigin(Origin other) {
    return new ProgramPair(model, l1Bytes, l2Bytes, cores, tiling, program, layers, other);
  }
}
