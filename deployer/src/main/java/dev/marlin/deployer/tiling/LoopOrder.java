package dev.marlin.deployer.tiling;

/** Which operand stays in L1 while the inner loops over tiles run; named as in {@code layer.h}. */
public enum LoopOrder {
  /** Channels outermost: constants are loaded once, the input once for each channel tile. */
  CONSTANTS_STAY,
  /** Channels innermost: the input is loaded once, constants once for each spatial tile. */
  INPUT_STAYS
}
