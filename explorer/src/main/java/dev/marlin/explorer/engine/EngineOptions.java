package dev.marlin.explorer.engine;

/**
 * How a sweep runs.
 *
 * @param master of Spark, for example {@code local[*]}
 * @param fresh whether to run points that are known already
 * @param failFast whether to stop at the first point that fails or is wrong
 */
public record EngineOptions(String master, boolean fresh, boolean failFast) {}
