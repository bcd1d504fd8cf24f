package dev.marlin.explorer.execution;

import java.io.Serializable;

/**
 * What the timeline shows of a layer: where its cycles went, which add up to the layer's, and what
 * the DMA moved.
 *
 * @param compute the cluster works on tiles
 * @param dmaWait it waits for transfers between L2 and L1
 * @param l3Wait it waits for transfers between L3 and L2
 * @param overhead all else
 * @param dmaBytes moved between L2 and L1
 */
public record LayerParts(long compute, long dmaWait, long l3Wait, long overhead, long dmaBytes)
    implements Serializable {}
