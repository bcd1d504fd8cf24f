package dev.marlin.deployer.tiling;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import java.util.List;

/**
 * Predicted cycles of one stripe and slice of a layer, all of whose operands are in L2.
 *
 * <p>A tile takes the longer of its kernel and its transfers if they overlap, their sum if not. The
 * DMA moves two words a cycle in each direction, but books the way to L2 for one: the first tile of
 * a layer, whose code is not in the cache, waits for that. Tiles at the borders are smaller, so up
 * to eight kinds of tile are counted. The operand that stays is loaded once, the other again for
 * every tile of it; an operand of at most two tiles stays in its two buffers in either order.
 */
final class RegionCost {
  private static final int WORD = 4;

  /** Constants of the engine and of transfers, besides those of the kernel. */
  private static final String TILE_OVERHEAD = "tile.overhead";

  private static final String PREPARE = "layer.prepare";
  private static final String TRANSFER_OVERHEAD = "transfer.overhead";
  private static final String COMMAND = "transfer.command";
  private static final String LINE = "transfer.line";

  static final List<String> CONSTANTS =
      List.of(TILE_OVERHEAD, PREPARE, TRANSFER_OVERHEAD, COMMAND, LINE);

  private final KernelLayer layer;
  private final Hardware hardware;
  private final KernelCost kernel;
  private final double layerOverhead;
  private final double prepare;
  private final double tileOverhead;
  private final double transferOverhead;
  private final double commandCycles;
  private final double lineCycles;
  private final double contention;
  private final double computeWeight;
  private final double transferWeight;
  private final double overheadWeight;

  /** What the cycles of each cause count in the objective; 1 is the prediction. */
  record Weights(double compute, double transfer, double overhead) {
    static final Weights PREDICTION = new Weights(1, 1, 1);
  }

  RegionCost(Hardware hardware, KernelLayer layer, CostConstants constants, Weights weights) {
    this.layer = layer;
    this.hardware = hardware;
    this.kernel = new KernelCost(layer, hardware.cores(), constants);
    this.computeWeight = weights.compute();
    this.transferWeight = weights.transfer();
    this.overheadWeight = weights.overhead();
    layerOverhead = kernel.layerCycles();
    tileOverhead = constants.get(TILE_OVERHEAD);
    prepare = constants.get(PREPARE);
    transferOverhead = constants.get(TRANSFER_OVERHEAD);
    commandCycles = constants.get(COMMAND);
    lineCycles = constants.get(LINE);
    contention = kernel.contention();
  }

  /** Cycles of {@code rows} x all columns x {@code channels} output elements. */
  double cycles(int rows, int channels, L1Tiling tile) {
    int columns = layer.out().width();
    int spatialTiles =
        TileGrid.ceilDiv(rows, tile.height()) * TileGrid.ceilDiv(columns, tile.width());
    int channelTiles = TileGrid.ceilDiv(channels, tile.channels());
    int copies = tile.overlap() ? 2 : 1;
    boolean inputReloaded =
        layer.isChannelwise()
            || (tile.order() == LoopOrder.CONSTANTS_STAY && spatialTiles > copies);
    boolean constantsReloaded = tile.order() == LoopOrder.INPUT_STAYS && channelTiles > copies;

    double sum = 0;
    for (int hi = 0; hi < 2; hi++) {
      int h = hi == 0 ? tile.height() : rows % tile.height();
      int nh = hi == 0 ? rows / tile.height() : 1;
      for (int wi = 0; wi < 2; wi++) {
        int w = wi == 0 ? tile.width() : columns % tile.width();
        int nw = wi == 0 ? columns / tile.width() : 1;
        for (int ci = 0; ci < 2; ci++) {
          int c = ci == 0 ? tile.channels() : channels % tile.channels();
          int nc = ci == 0 ? channels / tile.channels() : 1;
          if (h * w * c == 0) {
            continue;
          }
          int spatial = nh * nw;
          int inputLoads = inputReloaded ? spatial * nc : ci == 0 ? spatial : 0;
          int constantsLoads = constantsReloaded ? spatial * nc : hi + wi == 0 ? nc : 0;
          sum +=
              kind(h, w, c, spatial * nc, inputLoads, constantsLoads, tile.depth(), tile.overlap());
        }
      }
    }
    return sum;
  }

  /**
   * Cycles of the layer outside its tiles; with overlap also its first loads and last store, and
   * what the next layer's preparation takes longer than the last tile.
   */
  double edges(L1Tiling tile) {
    if (!tile.overlap()) {
      return overheadWeight * layerOverhead;
    }
    double last = kernel.cycles(tile.height(), tile.width(), tile.channels());
    return start(tile)
        + overheadWeight * Math.max(0, prepare - last)
        + transferWeight * outputCycles(tile.height(), tile.width(), tile.channels());
  }

  /** Cycles of the layer before its first tile is computed. */
  double start(L1Tiling tile) {
    return overheadWeight * layerOverhead
        + transferWeight
            * (firstLoads(tile) + kernel.cold() * (firstLoads(tile) + nextLoads(tile)));
  }

  private double firstLoads(L1Tiling tile) {
    return inputCycles(tile.height(), tile.width(), tile.channels())
        + constantsCycles(tile.channels());
  }

  /** What is loaded while the first tile is computed, whose code waits behind it. */
  private double nextLoads(L1Tiling tile) {
    boolean channels = layer.out().channels() > tile.channels();
    boolean space = layer.out().height() > tile.height() || layer.out().width() > tile.width();
    boolean constantsNext = channels && (!space || tile.order() == LoopOrder.INPUT_STAYS);
    double inputs =
        (space && !constantsNext) || (channels && layer.isChannelwise())
            ? inputCycles(tile.height(), tile.width(), tile.channels())
            : 0;
    return inputs + (constantsNext ? constantsCycles(tile.channels()) : 0);
  }

  /**
   * What a tile takes longer if its constants, or its inputs if it has none, are not loaded beside
   * another computation.
   */
  double late(L1Tiling tile) {
    if (!tile.overlap()) {
      return 0;
    }
    double busy =
        overheadWeight * tileOverhead
            + computeWeight * kernel.cycles(tile.height(), tile.width(), tile.channels());
    double moving =
        transferWeight
            * (layer.hasConstants()
                ? constantsCycles(tile.channels())
                : inputCycles(tile.height(), tile.width(), tile.channels()));
    return Math.max(0, busy + moving - together(busy, moving));
  }

  /** Cycles of {@code tiles} tiles of the same size, some of which load an operand. */
  private double kind(
      int h,
      int w,
      int c,
      int tiles,
      int inputLoads,
      int constantsLoads,
      int depth,
      boolean overlap) {
    if (depth > 0) {
      return deep(h, w, c, tiles, depth, overlap);
    }
    double compute = computeWeight * kernel.cycles(h, w, c);
    double in = transferWeight * inputCycles(h, w, c);
    double constants = transferWeight * constantsCycles(c);
    double out = transferWeight * outputCycles(h, w, c);
    double busy = overheadWeight * tileOverhead + compute;
    if (!overlap) {
      return tiles * (busy + out + overheadWeight * transferOverhead)
          + inputLoads * in
          + constantsLoads * constants;
    }
    double read = (inputLoads == tiles ? in : 0) + (constantsLoads == tiles ? constants : 0);
    double each = together(busy, Math.max(read, out));
    double rare = 0;
    if (inputLoads < tiles) {
      rare += inputLoads * (together(busy, Math.max(read + in, out)) - each);
    }
    if (constantsLoads < tiles) {
      rare += constantsLoads * (together(busy, Math.max(read + constants, out)) - each);
    }
    return tiles * each + rare;
  }

  /** Cycles of tiles that take a turn for each step of input channels and one for the outputs. */
  private double deep(int h, int w, int c, int tiles, int depth, boolean overlap) {
    double steps = TileGrid.ceilDiv(layer.groupInputs(), depth);
    double busy =
        computeWeight * kernel.cycles(h, w, c) + (steps + 1) * overheadWeight * tileOverhead;
    double share = (double) layer.groupInputs() / layer.in().channels();
    double moved =
        transferWeight
            * Math.max(inputCycles(h, w, c) * share + constantsCycles(c), outputCycles(h, w, c));
    return tiles * (overlap ? together(busy, moved) : busy + moved);
  }

  /** Both at a time: the longer of the two, and what they take from each other. */
  private double together(double busy, double moving) {
    return Math.max(busy, moving + overheadWeight * transferOverhead)
        + contention * Math.min(busy, moving);
  }

  private double inputCycles(int h, int w, int c) {
    int rows = layer.inputRows(h);
    int columns = layer.inputColumns(w);
    int channels = layer.isChannelwise() ? c : layer.in().channels();
    return layer.inputs()
        * block(rows, columns, channels, layer.in().width(), layer.in().channels());
  }

  private double constantsCycles(int c) {
    return layer.hasConstants()
        ? block(1, 1, layer.kernel().constantsBytes(layer.spec(), c), 1, Integer.MAX_VALUE)
        : 0;
  }

  private double outputCycles(int h, int w, int c) {
    int bytes = layer.spec().outBytes();
    return block(h, w, c * bytes, layer.out().width(), layer.out().channels() * bytes);
  }

  /** Cycles of a block of a tensor: dense if it is whole rows, else a line for every gap. */
  private double block(int rows, int columns, int channels, int allColumns, int allChannels) {
    long bytes = (long) rows * columns * channels;
    long lines;
    long commands = 1;
    if (channels == allChannels || rows * columns == 1) {
      lines = columns == allColumns ? 1 : rows;
    } else {
      lines = (long) rows * columns;
      commands = columns == allColumns ? 1 : rows;
    }
    long words = lines * ((bytes / lines + WORD - 1) / WORD);
    return Math.max(lines, hardware.dma().cycles(words * WORD, 0))
        + lineCycles * lines
        + commandCycles * commands;
  }
}
