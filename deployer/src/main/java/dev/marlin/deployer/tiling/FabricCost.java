package dev.marlin.deployer.tiling;

import java.util.List;

/**
 * Cycles that the fabric controller takes to conduct a layer.
 *
 * @param prepare to take a layer over, until it describes the first tile
 * @param describe for a tile: what is loaded, computed and stored
 * @param turn to give a turn, and to see to the one before
 * @param complete from the last store of a layer to its end
 * @param begin from there to the first load of the next layer, which has been described
 * @param request to ask for a piece of L3; a first slice that was fetched ahead is part of {@code
 *     prepare} or {@code begin}
 * @param prefetch to ask for what a later layer needs
 */
record FabricCost(
    double prepare,
    double describe,
    double turn,
    double complete,
    double begin,
    double request,
    double prefetch) {
  private static final String PREPARE = "fabric.prepare";
  private static final String DESCRIBE = "fabric.describe";
  private static final String TURN = "fabric.turn";
  private static final String COMPLETE = "fabric.complete";
  private static final String BEGIN = "fabric.begin";
  private static final String REQUEST = "fabric.request";
  private static final String PREFETCH = "fabric.prefetch";

  static final List<String> CONSTANTS =
      List.of(PREPARE, DESCRIBE, TURN, COMPLETE, BEGIN, REQUEST, PREFETCH);

  static FabricCost of(CostConstants constants) {
    return new FabricCost(
        constants.get(PREPARE),
        constants.get(DESCRIBE),
        constants.get(TURN),
        constants.get(COMPLETE),
        constants.get(BEGIN),
        constants.get(REQUEST),
        constants.get(PREFETCH));
  }
}
