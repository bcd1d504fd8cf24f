package dev.marlin.deployer;

import dev.marlin.deployer.hardware.MemoryLevel;

/** The network does not fit: a result of the exploration, not an accident. */
public final class InfeasibleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String layer;
  private final MemoryLevel level;
  private final long neededBytes;
  private final long availableBytes;

  /**
   * @param layer name of the layer that does not fit
   * @param level the memory that is too small
   * @param neededBytes the least that the layer needs of it
   * @param availableBytes what it has for the layer
   */
  public InfeasibleException(
      String layer, MemoryLevel level, long neededBytes, long availableBytes) {
    super(
        String.format(
            "layer %s needs at least %d bytes of %s, %d are available: %d bytes are missing",
            layer, neededBytes, level, availableBytes, neededBytes - availableBytes));
    this.layer = layer;
    this.level = level;
    this.neededBytes = neededBytes;
    this.availableBytes = availableBytes;
  }

  /** Name of the layer that does not fit. */
  public String layer() {
    return layer;
  }

  /** The memory that is too small. */
  public MemoryLevel level() {
    return level;
  }

  public long neededBytes() {
    return neededBytes;
  }

  public long availableBytes() {
    return availableBytes;
  }

  public long missingBytes() {
    return neededBytes - availableBytes;
  }
}
