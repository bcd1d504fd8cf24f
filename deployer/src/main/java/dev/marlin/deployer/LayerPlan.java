package dev.marlin.deployer;

import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.tiling.Tiling;

/**
 * One layer as deployed, for rows and people.
 *
 * @param index position in the network
 * @param layer the layer
 * @param type its kind in one word: {@code conv}, {@code pointwise}, {@code depthwise}, {@code fc},
 *     {@code maxpool}, {@code avgpool} or {@code add}
 * @param tiling how it is cut
 * @param tile the L1 tile for people: output height x width x channels, for example {@code 8x16x32}
 * @param tiles number of L1 tiles in all
 * @param l1Bytes used of L1, without stacks
 * @param l3Bytes moved between L3 and L2 on behalf of the layer, whenever they move
 * @param predictedCycles by the policy's cost model
 */
public record LayerPlan(
    int index,
    Layer layer,
    String type,
    Tiling tiling,
    String tile,
    int tiles,
    int l1Bytes,
    long l3Bytes,
    long predictedCycles) {}
