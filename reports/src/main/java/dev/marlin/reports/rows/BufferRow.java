package dev.marlin.reports.rows;

/**
 * A buffer in L2.
 *
 * @param what lies in it
 * @param offset bytes from the start of the arena
 * @param bytes its size
 * @param firstLayer position of the first layer that needs it
 * @param lastLayer position of the last
 */
public record BufferRow(String what, long offset, long bytes, int firstLayer, int lastLayer) {}
