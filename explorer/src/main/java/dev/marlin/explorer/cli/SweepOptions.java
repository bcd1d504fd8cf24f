package dev.marlin.explorer.cli;

import org.jspecify.annotations.Nullable;

/**
 * The command line of a sweep.
 *
 * @param sweep file
 * @param out results folder; null for the usual one
 * @param master of Spark
 * @param executor in place of the sweep's; null to leave it
 * @param cache folder that sweeps share; null for the user's
 * @param json file for the summary, or - for stdout; null for none
 * @param dryRun whether to run nothing
 * @param fresh whether to run what is known already
 * @param keepBuilds whether to keep every application
 * @param diskBudget most bytes of kept applications
 * @param failFast whether to stop at the first failure
 * @param quiet whether to say nothing but what went wrong
 * @param debug whether to say what takes how long
 */
record SweepOptions(
    String sweep,
    @Nullable String out,
    String master,
    @Nullable String executor,
    @Nullable String cache,
    @Nullable String json,
    boolean dryRun,
    boolean fresh,
    boolean keepBuilds,
    long diskBudget,
    boolean failFast,
    boolean quiet,
    boolean debug) {}
