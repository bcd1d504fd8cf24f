package dev.marlin.deployer.schedule;

import dev.marlin.deployer.hardware.MemoryLevel;

/**
 * Where something lies.
 *
 * @param level L1, L2 or L3
 * @param offset bytes from the start of the level's arena; in L3 from the start of HyperRAM
 * @param bytes its size
 */
public record Place(MemoryLevel level, int offset, int bytes) {}
