/** GAP8 in Java: fabric controller, cluster, memories, DMA and event unit. */
@NullMarked
package dev.marlin.simulator;

import org.jspecify.annotations.NullMarked;
