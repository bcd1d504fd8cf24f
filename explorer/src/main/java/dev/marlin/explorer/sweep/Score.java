package dev.marlin.explorer.sweep;

/**
 * What a search is told of a point that has ended.
 *
 * @param correct whether it has a performance
 * @param cycles end to end, if it is correct
 * @param missingBytes of memory if it does not fit; the most there is if it failed otherwise
 */
public record Score(boolean correct, long cycles, long missingBytes) {}
