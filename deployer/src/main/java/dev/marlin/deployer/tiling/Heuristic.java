package dev.marlin.deployer.tiling;

/**
 * A named weight of a tiling policy.
 *
 * @param name as on the command line
 * @param defaultWeight what the policy uses unless told otherwise; 0 switches the term off
 * @param meaning one line for people
 */
public record Heuristic(String name, double defaultWeight, String meaning) {}
