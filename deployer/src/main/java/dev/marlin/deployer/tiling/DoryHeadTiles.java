package dev.marlin.deployer.tiling;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * DORY's cut between L2 and L1, release of November 2023, of one layer or of the piece of it that
 * lies in L2.
 *
 * <p>All terms of the objective but the bytes depend on one variable alone, so they are tabulated.
 */
final class DoryHeadTiles {
  private static final int CORES = 8;

  /** Bytes between the buffers in DORY's map of L1. */
  private static final int GAPS = 40;

  private static final int POOL_GAPS = 20;

  /** Up to this height and width depthwise layers are cut by channels alone. */
  private static final int SMALL = 32;

  private final DoryLayer layer;
  private final int copies;
  private final DoryRelease.Machine machine;
  private final Predicate<DoryTiling.Tile> runs;
  private double bestValue = Double.NEGATIVE_INFINITY;
  private DoryTiling.@Nullable Tile best;
  private int least = Integer.MAX_VALUE;

  DoryHeadTiles(DoryLayer layer, DoryRelease.Machine machine, Predicate<DoryTiling.Tile> runs) {
    this.layer = layer;
    this.copies = machine.copies();
    this.machine = machine;
    this.runs = runs;
  }

  /**
   * The first of the best tiles.
   *
   * @throws InfeasibleException if no tile keeps DORY's constraints
   */
  DoryTiling.Tile solve() {
    DoryTiling.Tile whole = DoryTiling.Tile.whole(layer);
    if (bytes(layer.co(), layer.hi(), layer.wi(), layer.ho(), layer.wo(), 1, 0) <= machine.l1Bytes()
        && runs.test(whole)) {
      return whole;
    }
    if (!layer.hasWeights()) {
      searchWeightless();
    } else if (layer.isDepthwise()) {
      searchDepthwise();
    } else {
      searchDense();
    }
    if (best == null) {
      throw new InfeasibleException(
          layer.name(),
          MemoryLevel.L1,
          Math.max(least, machine.l1Bytes() + 1L),
          Math.max(0, machine.l1Bytes()));
    }
    return best;
  }

  /** DORY's sum of bytes; in its first question, for the whole layer, it leaves the gaps out. */
  private int bytes(int n, int inRows, int inColumns, int rows, int columns, int db, int gaps) {
    int in = layer.isDepthwise() || !layer.hasWeights() ? n : layer.ci();
    int sum = db * in * inRows * inColumns * layer.inputs();
    sum += db * n * rows * columns * layer.outBytes();
    if (!layer.hasWeights()) {
      return sum + (gaps == 0 ? 0 : POOL_GAPS);
    }
    sum += db * n * (layer.weightBytes() + layer.constantBytes());
    sum += layer.co() * layer.biasBytes();
    return sum + im2col(in, inRows, gaps == 0) + gaps;
  }

  private int im2col(int in, int inRows, boolean whole) {
    if (layer.isConnected()) {
      return 0;
    }
    if (layer.isDepthwise()) {
      // Where a tile's height is meant DORY's constraint has its channels.
      int rows = whole ? inRows : in;
      return CORES * (layer.kh() * (rows + layer.padHeight()) + layer.kh());
    }
    return 2 * CORES * layer.taps() * in;
  }

  private boolean fits(int n, int inRows, int inColumns, int rows, int columns) {
    int bytes = bytes(n, inRows, inColumns, rows, columns, copies, GAPS);
    least = Math.min(least, bytes);
    return bytes <= machine.l1Bytes();
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
    double[] channelValue = new double[layer.co() + 1];
    for (int n = 1; n <= layer.co(); n++) {
      int last = (layer.co() - 1) % n;
      channelValue[n] =
          machine.of(DoryHeuristics.CHANNELS) * ((n - 1) % 4)
              + machine.of(DoryHeuristics.REUSE) * n
              + machine.of(DoryHeuristics.BORDER_CHANNELS) * last
              + machine.of(DoryHeuristics.BORDER_BLOCK) * (last % 4);
    }
    double[] rowValue = new double[layer.ho() + 1];
    for (int rows = 1; rows <= layer.ho(); rows++) {
      rowValue[rows] =
          machine.of(DoryHeuristics.HEIGHT) * ((rows - 1) % 8)
              + machine.of(DoryHeuristics.BORDER_HEIGHT) * ((layer.ho() - 1) % rows % 8);
    }
    double[] columnValue = new double[layer.wo() + 1];
    for (int columns = 1; columns <= layer.wo(); columns++) {
      columnValue[columns] =
          machine.of(DoryHeuristics.WIDTH) * ((columns - 1) % 2)
              + machine.of(DoryHeuristics.BORDER_WIDTH) * ((layer.wo() - 1) % columns % 2);
    }
    for (int n = 1; n <= layer.co(); n++) {
      for (int inRows = layer.kh(); inRows <= layer.hi(); inRows++) {
        int rows =
            DoryLayer.exactOutput(
                inRows, layer.kh(), layer.sh(), inRows == layer.hi() ? layer.padHeight() : 0);
        if (rows < 1 || rows > layer.ho() || (inRows - layer.kh()) % layer.sh() != 0) {
          continue;
        }
        for (int inColumns = layer.kw(); inColumns <= layer.wi(); inColumns++) {
          int columns =
              DoryLayer.exactOutput(
                  inColumns,
                  layer.kw(),
                  layer.sw(),
                  inColumns == layer.wi() ? layer.padWidth() : 0);
          if (columns < 1 || columns > layer.wo()) {
            continue;
          }
          if (!fits(n, inRows, inColumns, rows, columns)) {
            break;
          }
          double value =
              channelValue[n]
                  + rowValue[rows]
                  + columnValue[columns]
                  + (rows * columns >= 16 ? pixels : 0)
                  + bytesWeight * bytes(n, inRows, inColumns, rows, columns, copies, GAPS);
          offer(value, n, inRows, inColumns, rows, columns);
        }
      }
    }
  }

  private void searchDepthwise() {
    boolean channelsOnly = layer.hi() <= SMALL && layer.wi() <= SMALL;
    for (int n = 1; n <= layer.co(); n++) {
      int last = (layer.co() - 1) % n;
      double channelValue =
          (n > 7 ? machine.of(DoryHeuristics.DW_MANY) : 0)
              + machine.of(DoryHeuristics.DW_CHANNELS) * ((n - 1) % 16)
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
        if (rows < 1 || rows > layer.ho() || !aligned) {
          continue;
        }
        if (!fits(n, inRows, layer.wi(), rows, layer.wo())) {
          break;
        }
        double value =
            channelValue
                + (rows % 4 == 0 ? machine.of(DoryHeuristics.DW_FOURS) : 0)
                + machine.of(DoryHeuristics.DW_BYTES)
                    * bytes(n, inRows, layer.wi(), rows, layer.wo(), copies, GAPS)
                + machine.of(DoryHeuristics.DW_WIDTH) * layer.wo()
                + machine.of(DoryHeuristics.DW_HEIGHT) * rows
                + machine.of(DoryHeuristics.DW_BORDER)
                    * ((layer.ho() - 1) % rows + (layer.ho() - 1) % rows % 4);
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
          if (!fits(n, inRows, inColumns, rows, columns)) {
            break;
          }
          double value =
              bytesWeight * bytes(n, inRows, inColumns, rows, columns, copies, GAPS)
                  + width * inColumns
                  + height * inRows
                  + channels * n;
          offer(value, n, inRows, inColumns, rows, columns);
        }
      }
    }
  }
}
