package dev.marlin.deployer.tiling;

import java.util.List;

/**
 * The terms of DORY's objectives as named weights. Every term is a preference for a shape, none
 * counts cycles. The paper's release counts bytes 256 times and shapes 64 times; its weights are
 * given here in units of 64.
 */
final class DoryHeuristics {
  static final String STACK_FIRST = "stack.first";
  static final String STACK_OTHERS = "stack.others";
  static final String L1_RESERVED = "l1.reserved";
  static final String L2_CODE = "l2.code";
  static final String L2_CODE_LAYER = "l2.code-layer";
  static final String L2_CODE_MOST = "l2.code-most";
  static final String REQUANTIZATION_BITS = "requantization.bits";

  static final String HEIGHT = "height";
  static final String WIDTH = "width";
  static final String CHANNELS = "channels";
  static final String PIXELS = "pixels";
  static final String BYTES = "bytes";
  static final String REUSE = "reuse";
  static final String BORDER_CHANNELS = "border.channels";
  static final String BORDER_BLOCK = "border.block";
  static final String BORDER_HEIGHT = "border.height";
  static final String BORDER_WIDTH = "border.width";

  static final String DW_MANY = "depthwise.many";
  static final String DW_CHANNELS = "depthwise.channels";
  static final String DW_FOURS = "depthwise.fours";
  static final String DW_BYTES = "depthwise.bytes";
  static final String DW_WIDTH = "depthwise.width";
  static final String DW_HEIGHT = "depthwise.height";
  static final String DW_BORDER = "depthwise.border";

  static final String POOL_BYTES = "pool.bytes";
  static final String POOL_CHANNELS = "pool.channels";
  static final String POOL_WIDTH = "pool.width";
  static final String POOL_HEIGHT = "pool.height";
  static final String ADD_BYTES = "add.bytes";
  static final String ADD_CHANNELS = "add.channels";
  static final String ADD_WIDTH = "add.width";
  static final String ADD_HEIGHT = "add.height";

  static final String L3_FITS_L1 = "l3.fits-l1";
  static final String L3_HEIGHT = "l3.height";
  static final String L3_CHANNELS = "l3.channels";
  static final String L3_EQUAL = "l3.equal";
  static final String L3_WHOLE_HEIGHT = "l3.whole-height";
  static final String L3_WHOLE_CHANNELS = "l3.whole-channels";
  static final String L3_POOL = "l3.pool";

  private static final String BUFFERS = "of L1: 1 single, every transfer waited for; 2 double";

  private DoryHeuristics() {}

  /** The release of November 2023, with the stacks of one of its targets. */
  static List<Heuristic> head(int buffers, double stackFirst, double stackOthers) {
    return List.of(
        Buffering.of(buffers, BUFFERS),
        new Heuristic(STACK_FIRST, stackFirst, "bytes of L1 for the stack of core 0"),
        new Heuristic(STACK_OTHERS, stackOthers, "bytes of L1 for the stack of each other core"),
        new Heuristic(L1_RESERVED, 0, "bytes of L1 besides"),
        new Heuristic(L2_CODE, 32000, "bytes of L2 for code"),
        new Heuristic(L2_CODE_LAYER, 4200, "bytes of L2 for the code of each layer"),
        new Heuristic(L2_CODE_MOST, 132000, "bytes of L2 for code at most"),
        new Heuristic(REQUANTIZATION_BITS, 0, "width of multipliers and offsets; 0: 32 or 64"),
        new Heuristic(HEIGHT, 2e6, "rows a multiple of 8: one for each core"),
        new Heuristic(WIDTH, 3e6, "an even number of columns: two pixels at a time"),
        new Heuristic(CHANNELS, 1e6, "channels a multiple of 4: four filters at a time"),
        new Heuristic(PIXELS, 1e6, "at least 16 pixels"),
        new Heuristic(BYTES, 1, "bytes of L1 used"),
        new Heuristic(REUSE, 1e5, "many channels: the im2col buffer is used again"),
        new Heuristic(BORDER_CHANNELS, 1e4, "many channels in the last tile"),
        new Heuristic(BORDER_BLOCK, 1e4, "channels of the last tile a multiple of 4"),
        new Heuristic(BORDER_HEIGHT, 2e4, "rows of the last tile a multiple of 8"),
        new Heuristic(BORDER_WIDTH, 3e4, "an even number of columns in the last tile"),
        new Heuristic(DW_MANY, 1e4, "depthwise: more than 7 channels"),
        new Heuristic(DW_CHANNELS, 2e4, "depthwise: channels a multiple of 16"),
        new Heuristic(DW_FOURS, 1e4, "depthwise: rows a multiple of 4"),
        new Heuristic(DW_BYTES, 1, "depthwise: bytes of L1 used"),
        new Heuristic(DW_WIDTH, 1e3, "depthwise: columns"),
        new Heuristic(DW_HEIGHT, 1e3, "depthwise: rows"),
        new Heuristic(DW_BORDER, 100, "depthwise: large last tiles"),
        new Heuristic(POOL_BYTES, 1e4, "pooling: bytes of L1 used"),
        new Heuristic(POOL_CHANNELS, 1e6, "pooling: channels"),
        new Heuristic(POOL_WIDTH, 100, "pooling: input columns"),
        new Heuristic(POOL_HEIGHT, 1, "pooling: input rows"),
        new Heuristic(ADD_BYTES, 1e6, "addition: bytes of L1 used"),
        new Heuristic(ADD_CHANNELS, 1e3, "addition: channels"),
        new Heuristic(ADD_WIDTH, 10, "addition: input columns"),
        new Heuristic(ADD_HEIGHT, 1, "addition: input rows"),
        new Heuristic(L3_FITS_L1, 1e8, "from L3: the piece fits L1 whole"),
        new Heuristic(L3_HEIGHT, 1e5, "from L3: rows a multiple of 8"),
        new Heuristic(L3_CHANNELS, 1e5, "from L3: channels a multiple of 4"),
        new Heuristic(L3_EQUAL, 1e6, "from L3: pieces of equal size"),
        new Heuristic(L3_WHOLE_HEIGHT, 1e5, "from L3: all rows"),
        new Heuristic(L3_WHOLE_CHANNELS, 1e4, "from L3: all channels"),
        new Heuristic(L3_POOL, 2e5, "from L3: rows of a pooling a multiple of 8, read of 4"));
  }

  /** The release of August 2020. */
  static List<Heuristic> paper() {
    return List.of(
        Buffering.of(Buffering.DOUBLE, BUFFERS),
        new Heuristic(STACK_FIRST, 4096, "bytes of L1 for the stack of core 0"),
        new Heuristic(STACK_OTHERS, 3072, "bytes of L1 for the stack of each other core"),
        new Heuristic(L1_RESERVED, 3400, "bytes of L1 besides"),
        new Heuristic(L2_CODE, 112000, "bytes of L2 for code"),
        new Heuristic(L2_CODE_LAYER, 0, "bytes of L2 for the code of each layer"),
        new Heuristic(L2_CODE_MOST, 112000, "bytes of L2 for code at most"),
        new Heuristic(REQUANTIZATION_BITS, 0, "width of multipliers and offsets; 0: 32 or 64"),
        new Heuristic(HEIGHT, 2e6, "rows a multiple of 8: one for each core"),
        new Heuristic(WIDTH, 3e6, "an even number of columns: two pixels at a time"),
        new Heuristic(CHANNELS, 1e6, "channels a multiple of 4: four filters at a time"),
        new Heuristic(PIXELS, 1e6, "at least 16 pixels"),
        new Heuristic(BYTES, 4, "bytes of L1 used"),
        new Heuristic(REUSE, 1e4, "many channels: the im2col buffer is used again"),
        new Heuristic(BORDER_CHANNELS, 1e4, "many channels in the last tile"),
        new Heuristic(BORDER_BLOCK, 1e4, "channels of the last tile a multiple of 4"),
        new Heuristic(BORDER_HEIGHT, 2e4, "rows of the last tile a multiple of 8"),
        new Heuristic(BORDER_WIDTH, 3e4, "an even number of columns in the last tile"),
        new Heuristic(DW_MANY, 5e3, "depthwise: more than 7 channels"),
        new Heuristic(DW_CHANNELS, 1e4, "depthwise: channels a multiple of 8"),
        new Heuristic(DW_FOURS, 5e3, "depthwise: rows a multiple of 4"),
        new Heuristic(DW_BYTES, 4, "depthwise: bytes of L1 used"),
        new Heuristic(DW_WIDTH, 500, "depthwise: columns"),
        new Heuristic(DW_HEIGHT, 500, "depthwise: rows"),
        new Heuristic(DW_BORDER, 50, "depthwise: large last tiles"),
        new Heuristic(POOL_BYTES, 4e4, "pooling: bytes of L1 used"),
        new Heuristic(POOL_CHANNELS, 500, "pooling: channels"),
        new Heuristic(POOL_WIDTH, 5, "pooling: input columns"),
        new Heuristic(POOL_HEIGHT, 0.5, "pooling: input rows"),
        new Heuristic(ADD_BYTES, 4e4, "addition: bytes of L1 used"),
        new Heuristic(ADD_CHANNELS, 500, "addition: channels"),
        new Heuristic(ADD_WIDTH, 5, "addition: input columns"),
        new Heuristic(ADD_HEIGHT, 0.5, "addition: input rows"),
        new Heuristic(L3_HEIGHT, 1e5, "from L3: rows a multiple of 8"),
        new Heuristic(L3_CHANNELS, 1e5, "from L3: channels a multiple of 4"),
        new Heuristic(L3_EQUAL, 1e6, "from L3: pieces of equal size"),
        new Heuristic(L3_WHOLE_HEIGHT, 1e5, "from L3: all rows"),
        new Heuristic(L3_WHOLE_CHANNELS, 1e4, "from L3: all channels"));
  }
}
