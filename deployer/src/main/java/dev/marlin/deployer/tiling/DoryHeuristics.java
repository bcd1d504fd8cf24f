package dev.marlin.deployer.tiling;

import java.util.List;

/**
 * The terms of DORY's objectives (release of November 2023) as named weights. Every term is a
 * preference for a shape, none counts cycles.
 */
final class DoryHeuristics {
  static final String STACK_FIRST = "stack.first";
  static final String STACK_OTHERS = "stack.others";

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

  static final String L3_FITS_L1 = "l3.fits-l1";
  static final String L3_HEIGHT = "l3.height";
  static final String L3_CHANNELS = "l3.channels";
  static final String L3_EQUAL = "l3.equal";
  static final String L3_WHOLE_HEIGHT = "l3.whole-height";
  static final String L3_WHOLE_CHANNELS = "l3.whole-channels";

  private DoryHeuristics() {}

  /** All terms; the stacks are bytes of L1 that DORY gives to the cores. */
  static List<Heuristic> all(double stackFirst, double stackOthers) {
    return List.of(
        new Heuristic(STACK_FIRST, stackFirst, "bytes of L1 for the stack of core 0"),
        new Heuristic(STACK_OTHERS, stackOthers, "bytes of L1 for the stack of each other core"),
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
        new Heuristic(L3_FITS_L1, 1e8, "from L3: the piece fits L1 whole"),
        new Heuristic(L3_HEIGHT, 1e5, "from L3: rows a multiple of 8"),
        new Heuristic(L3_CHANNELS, 1e5, "from L3: channels a multiple of 4"),
        new Heuristic(L3_EQUAL, 1e6, "from L3: pieces of equal size"),
        new Heuristic(L3_WHOLE_HEIGHT, 1e5, "from L3: all rows"),
        new Heuristic(L3_WHOLE_CHANNELS, 1e4, "from L3: all channels"));
  }
}
