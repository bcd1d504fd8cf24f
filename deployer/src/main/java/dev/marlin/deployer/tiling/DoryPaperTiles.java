package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * DORY's cut between L2 and L1, release of August 2020: double buffered, requantization constants
 * of all channels resident.
 */
final class DoryPaperTiles {
  private static final int CORES = 8;

  /** Up to this height and width depthwise layers are cut by channels alone. */
  private static final int SMALL = 32;

  private final DoryLayer layer;
  private final DoryRelease.Machine machine;
  private final int copies;

  /** Where additions are meant bytes are taken for bits. */
  private int bitsInByte;

  private final Predicate<DoryTiling.Tile> runs;
  private double bestValue = Double.NEGATIVE_INFINITY;
  private DoryTiling.@Nullable Tile best;
  private long least = Long.MAX_VALUE;

  DoryPaperTiles(DoryLayer layer, DoryRelease.Machine machine, Predicate<DoryTiling.Tile> runs) {
    this.layer = layer;
    this.machine = machine;
    this.copies = machine.copies();
    this.runs = runs;
    bitsInByte = layer.isAddition() ? 8 : 1;
  }

  /**
   * Whether the last rows (or columns) left over by tiles of {@code in} are fewer than a kernel.
   */
  static boolean isShortBorder(int whole, int in, int kernel, int pad) {
    int step = in - kernel + 1;
    int rest = Math.max(whole - in - (step - pad), 0) % step;
    return rest != 0 && rest < kernel;
  }

  /**
   * The first of the best tiles.
   *
   * @throws InfeasibleException if no tile keeps DORY's constraints
   */
  DoryTiling.Tile solve() {
    DoryTiling.Tile whole = DoryTiling.Tile.whole(layer);
    if (wholeBytes() <= l1Bytes() && runs.test(whole)) {
      return whole;
    }
    if (!layer.hasWeights()) {
      searchWeightless();
    } else if (layer.isDepthwise()) {
      searchDepthwise();
    } else {
      searchDense();
    }
    if (best == null && layer.isAddition()) {
      bitsInByte = 1; // rather than to refuse what only the slip makes too large
      searchWeightless();
    }
    if (best == null) {
      throw new InfeasibleException(
          layer.name(), MemoryLevel.L1, Math.max(least, l1Bytes() + 1L), Math.max(0, l1Bytes()));
    }
    return best;
  }

  private int l1Bytes() {
    return machine.l1Bytes() / bitsInByte;
  }

  private long activations(long in, long inRows, long inColumns, long n, long rows, long columns) {
    return in * inRows * inColumns * layer.inputs() + n * rows * columns * layer.outBytes();
  }

  private long wholeBytes() {
    long sum = activations(layer.ci(), layer.hi(), layer.wi(), layer.co(), layer.ho(), layer.wo());
    if (!layer.hasWeights()) {
      return sum + (layer.isAddition() ? 0 : 4L * layer.ho() * layer.wo());
    }
    return sum
        + (long) layer.co() * (layer.weightBytes() + 2L * layer.constantBytes())
        + (layer.isConnected() ? 0 : im2col());
  }

  /** Of a depthwise layer for all its rows; the search charges fully connected layers, too. */
  private long im2col() {
    return layer.isDepthwise()
        ? (long) CORES * layer.kh() * layer.hi() + 3
        : 2L * CORES * layer.taps() * layer.ci();
  }

  private long bytes(int n, int inRows, int inColumns, int rows, int columns) {
    int in = layer.isDepthwise() || !layer.hasWeights() ? n : layer.ci();
    long sum = copies * activations(in, inRows, inColumns, n, rows, columns);
    if (!layer.hasWeights()) {
      return sum + (layer.isAddition() ? 0 : 4L * rows * columns);
    }
    return sum
        + (long) copies * n * layer.weightBytes()
        + im2col()
        + (long) layer.co() * layer.constantBytes();
  }

  private boolean fits(long bytes) {
    least = Math.min(least, bytes);
    return bytes <= l1Bytes();
  }

  private void offer(double value, int n, int inRows, int inColumns, int rows, int columns) {
    if (value <= bestValue) {
      return;
    }
    DoryTiling.Tile tile =
        new DoryTiling.Tile(
            layer.isDepthwise() || !layer.hasWeights() ? n : layer.ci(),
            inRows,
            inColumns,
            n,
            inRows >= layer.hi() ? layer.ho() : rows,
            inColumns >= layer.wi() ? layer.wo() : columns);
    if (runs.test(tile)) {
      bestValue = value;
      best = tile;
    }
  }

  private void searchDense() {
    double pixels = machine.of(DoryHeuristics.PIXELS);
    double bytesWeight = machine.of(DoryHeuristics.BYTES);
    double[] rowValue = new double[layer.ho() + 1];
    for (int rows = 1; rows <= layer.ho(); rows++) {
      rowValue[rows] =
          machine.of(DoryHeuristics.HEIGHT) * ((rows - 1) % 8)
              + machine.of(DoryHeuristics.BORDER_HEIGHT) * (layer.ho() % (rows + 1) % 8);
    }
    double[] columnValue = new double[layer.wo() + 1];
    for (int columns = 1; columns <= layer.wo(); columns++) {
      columnValue[columns] =
          machine.of(DoryHeuristics.WIDTH) * ((columns - 1) % 2)
              + machine.of(DoryHeuristics.BORDER_WIDTH) * (layer.wo() % (columns + 1) % 2);
    }
    for (int n = 1; n <= layer.co(); n++) {
      int last = layer.co() % (n + 1);
      double channelValue =
          machine.of(DoryHeuristics.CHANNELS) * ((n - 1) % 4)
              + machine.of(DoryHeuristics.REUSE) * n
              + machine.of(DoryHeuristics.BORDER_CHANNELS) * last
              + machine.of(DoryHeuristics.BORDER_BLOCK) * (last % 4);
      for (int inRows = layer.kh(); inRows <= layer.hi(); inRows++) {
        int rows = DoryLayer.exactOutput(inRows, layer.kh(), layer.sh(), 0);
        if (rows < 1
            || rows > layer.ho()
            || isShortBorder(layer.hi(), inRows, layer.kh(), layer.padTop())) {
          continue;
        }
        for (int inColumns = layer.kw(); inColumns <= layer.wi(); inColumns++) {
          int columns = DoryLayer.exactOutput(inColumns, layer.kw(), layer.sw(), 0);
          if (columns < 1
              || columns > layer.wo()
              || isShortBorder(layer.wi(), inColumns, layer.kw(), layer.padLeft())) {
            continue;
          }
          long bytes = bytes(n, inRows, inColumns, rows, columns);
          if (!fits(bytes)) {
            break;
          }
          double value =
              channelValue
                  + rowValue[rows]
                  + columnValue[columns]
                  + (rows * columns >= 16 ? pixels : 0)
                  + bytesWeight * bytes;
          offer(value, n, inRows, inColumns, rows, columns);
        }
      }
    }
  }

  private void searchDepthwise() {
    boolean channelsOnly = layer.hi() <= SMALL && layer.wi() <= SMALL;
    for (int n = 1; n <= layer.co(); n++) {
      int last = layer.co() % (n + 1);
      double channelValue =
          (n > 7 ? machine.of(DoryHeuristics.DW_MANY) : 0)
              + machine.of(DoryHeuristics.DW_CHANNELS) * ((n - 1) % 8)
              + (last > 7 ? machine.of(DoryHeuristics.DW_BORDER) : 0);
      int first = channelsOnly ? layer.hi() : Math.min(layer.kh(), layer.hi());
      for (int inRows = first; inRows <= layer.hi(); inRows++) {
        int rows =
            channelsOnly
                ? layer.ho()
                : DoryLayer.exactOutput(
                    inRows, layer.kh(), layer.sh(), inRows == layer.hi() ? layer.padHeight() : 0);
        boolean aligned =
            layer.wi() <= SMALL || layer.hi() <= SMALL || (inRows - layer.kh()) % layer.sh() == 0;
        if (rows < 1
            || rows > layer.ho()
            || !aligned
            || (!channelsOnly && isShortBorder(layer.hi(), inRows, layer.kh(), layer.padTop()))) {
          continue;
        }
        long bytes = bytes(n, inRows, layer.wi(), rows, layer.wo());
        if (!fits(bytes)) {
          break;
        }
        int lastRows = layer.ho() % (rows + 1);
        double value =
            channelValue
                + (rows % 4 == 0 ? machine.of(DoryHeuristics.DW_FOURS) : 0)
                + machine.of(DoryHeuristics.DW_BYTES) * bytes
                + machine.of(DoryHeuristics.DW_WIDTH) * layer.wo()
                + machine.of(DoryHeuristics.DW_HEIGHT) * rows
                + machine.of(DoryHeuristics.DW_BORDER) * (lastRows + lastRows % 4);
        offer(value, n, inRows, layer.wi(), rows, layer.wo());
      }
    }
  }

  /** Pooling and addition: bytes, then shape. */
  private void searchWeightless() {
    boolean addition = layer.isAddition();
    double bytesWeight =
        machine.of(addition ? DoryHeuristics.ADD_BYTES : DoryHeuristics.POOL_BYTES);
    double channels =
        machine.of(addition ? DoryHeuristics.ADD_CHANNELS : DoryHeuristics.POOL_CHANNELS);
    double width = machine.of(addition ? DoryHeuristics.ADD_WIDTH : DoryHeuristics.POOL_WIDTH);
    double height = machine.of(addition ? DoryHeuristics.ADD_HEIGHT : DoryHeuristics.POOL_HEIGHT);
    for (int n = addition ? layer.co() : 1; n <= layer.co(); n++) {
      for (int inRows = layer.kh(); inRows <= layer.hi(); inRows++) {
        int rows = DoryLayer.exactOutput(inRows, layer.kh(), layer.sh(), 0);
        if (rows < 1 || rows > layer.ho()) {
          continue;
        }
        for (int inColumns = addition ? layer.wi() : layer.kw();
            inColumns <= layer.wi();
            inColumns++) {
          int columns = DoryLayer.exactOutput(inColumns, layer.kw(), layer.sw(), 0);
          if (columns < 1 || columns > layer.wo()) {
            continue;
          }
          long bytes = bytes(n, inRows, inColumns, rows, columns);
          if (!fits(bytes)) {
            break;
          }
          double value = bytesWeight * bytes + width * inColumns + height * inRows + channels * n;
          offer(value, n, inRows, inColumns, rows, columns);
        }
      }
    }
  }
}
