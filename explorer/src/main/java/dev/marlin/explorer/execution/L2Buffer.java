package dev.marlin.explorer.execution;

import java.io.Serializable;

/**
 * A buffer in the L2 arena.
 *
 * @param what lies in it
 * @param offset bytes from the start of the arena
 * @param bytes its size
 * @param firstLayer position of the first layer that needs it
 * @param lastLayer position of the last
 */
public record L2Buffer(String what, int offset, int bytes, int firstLayer, int lastLayer)
    implements Serializable {}
