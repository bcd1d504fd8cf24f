package dev.marlin.deployer.tiling;

/**
 * What a policy returns for one layer.
 *
 * @param l2 the cut between L3 and L2
 * @param l1 the cut between L2 and L1
 * @param predictedCycles of the layer, by the policy's own cost model
 */
public record Tiling(L2Tiling l2, L1Tiling l1, long predictedCycles) {}
