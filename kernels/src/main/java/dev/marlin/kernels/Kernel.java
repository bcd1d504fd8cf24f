package dev.marlin.kernels;

import java.util.Optional;

/**
 * One kernel of {@code src/main/c/nn}: what the deployer must know to feed it. The layout of the
 * constants and the size of the working memory are drawn in the head comment of the C file; the two
 * change together.
 */
public interface Kernel {

  /** The C function, of type {@code kernel_t}; its source is {@code nn/<file()>}. */
  String function();

  /** The C file under {@code nn/} that defines {@link #function()}. */
  String file();

  /** Bytes of the packed constants of {@code channels} output channels, a multiple of 4. */
  int constantsBytes(LayerSpec layer, int channels);

  /**
   * Packs the constants of output channels {@code first .. first + channels - 1} as the kernel
   * reads them.
   *
   * @return {@link #constantsBytes} bytes
   */
  byte[] packConstants(LayerSpec layer, LayerConstants constants, int first, int channels);

  /** Whether the constants are the same whichever output channels a tile has. */
  default boolean sharesConstants() {
    return false;
  }

  /**
   * The kernels that compute {@code layer} in steps of input channels, or empty if each output
   * channel sees few of them anyway.
   */
  default Optional<StepKernels> steps(LayerSpec layer) {
    return Optional.empty();
  }

  /**
   * What the kernel needs of L1 beside the operands for tiles of a layer.
   *
   * @param tile the largest of them
   */
  default WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    return WorkingMemory.NONE;
  }

  /**
   * Output channels that the inner loop handles at once: tiles of a multiple of it run without a
   * remainder.
   */
  int channelBlock();
}
