package dev.marlin.explorer.cli;

import org.jspecify.annotations.Nullable;

/**
 * The options of a sweep as the user wrote them.
 *
 * @param sweep the YAML file
 * @param out folder of the results; null for the default
 * @param master of Spark
 * @param executor that overrides the sweep's; null for none
 * @param dryRun count only
 * @param fresh ignore what is known
 * @param keepBuilds keep the application of every point
 * @param failFast stop at the first failure
 */
record SweepOptions(
    String sweep,
    @Nullable String out,
    String master,
    @Nullable String executor,
    boolean dryRun,
    boolean fresh,
    boolean keepBuilds,
    boolean failFast) {}
