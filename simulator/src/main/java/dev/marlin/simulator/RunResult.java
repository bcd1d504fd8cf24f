package dev.marlin.simulator;

/**
 * How a run ended.
 *
 * @param exitStatus what the program handed to exit, 0 to 2^31 - 1
 * @param statistics what it took
 */
public record RunResult(int exitStatus, Statistics statistics) {}
