package dev.marlin.explorer.execution;

import java.io.Serializable;

/**
 * Where the cycles of a layer went; they add up to the layer's.
 *
 * @param compute the cluster works on tiles
 * @param dmaWait it waits for transfers between L2 and L1
 * @param l3Wait it waits for transfers between L3 and L2
 * @param overhead all else
 */
public record LayerParts(long compute, long dmaWait, long l3Wait, long overhead)
    implements Serializable {}
