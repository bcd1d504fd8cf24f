package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Predicted cycles of what one tile is made of: its kernel, its transfers between L2 and L1, and
 * what the fabric controller does for it.
 *
 * <p>The DMA moves two words a cycle in each direction, in a line of its own for every gap in L2.
 */
final class TileCost {
  private static final int WORD = 4;

  /** Bytes that the DMA moves at once; each burst to L2, and each line, takes a cycle more. */
  private static final int BURST = 256;

  /**
   * The fabric controller tells the DMA of a block, or of a part of it that is a command of its
   * own.
   */
  private static final String COMMAND = "transfer.command";

  static final List<String> CONSTANTS =
      Stream.concat(FabricCost.CONSTANTS.stream(), Stream.of(COMMAND)).toList();

  private final KernelLayer layer;
  private final Hardware hardware;
  private final KernelCost kernel;
  private final FabricCost fabric;
  private final double command;

  /** Sizes whose kernel was asked for, three numbers each, and its cycles: a layer has few. */
  private int[] sizes = new int[24];

  private double[] computed = new double[8];
  private int known;

  /** The channels whose constants were asked for last, and their transfer. */
  private int constantsChannels;

  private Move constantsMove = Move.NONE;

  TileCost(Hardware hardware, KernelLayer layer, CostConstants constants) {
    this.layer = layer;
    this.hardware = hardware;
    kernel = new KernelCost(layer, hardware.cores(), constants);
    fabric = FabricCost.of(constants);
    command = constants.get(COMMAND);
  }

  KernelCost kernel() {
    return kernel;
  }

  FabricCost fabric() {
    return fabric;
  }

  /** Cycles of the kernel for {@code height} x {@code width} x {@code channels} output elements. */
  double compute(int height, int width, int channels) {
    for (int i = 0; i < known; i++) {
      if (sizes[3 * i] == height && sizes[3 * i + 1] == width && sizes[3 * i + 2] == channels) {
        return computed[i];
      }
    }
    if (known == computed.length) {
      sizes = Arrays.copyOf(sizes, 2 * sizes.length);
      computed = Arrays.copyOf(computed, 2 * known);
    }
    sizes[3 * known] = height;
    sizes[3 * known + 1] = width;
    sizes[3 * known + 2] = channels;
    computed[known] = kernel.cycles(height, width, channels);
    return computed[known++];
  }

  /** A transfer: what the fabric controller and what the DMA take for it. */
  record Move(double commands, double cycles) {
    static final Move NONE = new Move(0, 0);

    Move plus(Move other) {
      return new Move(commands + other.commands, cycles + other.cycles);
    }
  }

  /** The inputs of a tile: {@code rows} x {@code columns} x {@code channels} elements of each. */
  Move input(int rows, int columns, int channels) {
    Move one = block(rows, columns, channels, layer.in().width(), layer.in().channels(), false);
    return layer.inputs() == 1 ? one : one.plus(one);
  }

  /** The inputs of a tile of which no border crops any. */
  Move inputOf(int height, int width, int channels) {
    return input(
        layer.inputRows(height),
        layer.inputColumns(width),
        layer.isChannelwise() ? channels : layer.in().channels());
  }

  /**
   * Cycles of a step of a tile.
   *
   * @param whole cycles of all steps
   * @param inputs channels of the step; 0 for what makes the output of the sums
   */
  double step(double whole, int inputs) {
    double fixed = kernel.tileCycles();
    return fixed + (whole - fixed) * inputs / layer.groupInputs();
  }

  /** Constants of a step of {@code inputs} input channels, whose tile has such of {@code depth}. */
  Move constants(int channels, int depth, int inputs) {
    long all = layer.constantsBytes(channels, channels, depth);
    return bytes((int) (all * inputs / layer.groupInputs()));
  }

  /** Constants of {@code channels} output channels. */
  Move constants(int channels) {
    if (!layer.hasConstants()) {
      return Move.NONE;
    }
    if (channels != constantsChannels) {
      constantsChannels = channels;
      constantsMove = bytes(layer.kernel().constantsBytes(layer.spec(), channels));
    }
    return constantsMove;
  }

  /** A block of {@code bytes} that is dense in L2. */
  Move bytes(int bytes) {
    return block(1, 1, bytes, 1, Integer.MAX_VALUE, false);
  }

  /** The outputs of a tile. */
  Move output(int height, int width, int channels) {
    int bytes = layer.spec().outBytes();
    return block(
        height, width, channels * bytes, layer.out().width(), layer.out().channels() * bytes, true);
  }

  private Move block(
      int rows, int columns, int channels, int allColumns, int allChannels, boolean out) {
    long bytes = (long) rows * columns * channels;
    if (bytes == 0) {
      return Move.NONE;
    }
    long lines;
    long commands = 1;
    if (channels == allChannels || rows * columns == 1) {
      lines = columns == allColumns ? 1 : rows;
    } else {
      lines = (long) rows * columns;
      commands = columns == allColumns ? 1 : rows;
    }
    long words = lines * ((bytes / lines + WORD - 1) / WORD);
    return new Move(
        command * commands,
        Math.max(lines, hardware.dma().cycles(words * WORD, 0))
            + (out ? lines + bytes / BURST : 0));
  }
}
