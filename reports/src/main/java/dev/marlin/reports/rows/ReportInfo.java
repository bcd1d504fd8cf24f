package dev.marlin.reports.rows;

/**
 * Where the rows of a report come from. Parts that are not known are empty.
 *
 * @param title name of the sweep
 * @param description of the sweep, for people
 * @param version of Marlin
 * @param commit of Marlin's sources
 * @param command the command that ran the sweep
 * @param host that it ran on
 * @param started when it began, UTC
 * @param finished when it ended, UTC
 * @param baseline what points are compared with, for people
 * @param size how many points the sweep has; more than rows while it runs
 * @param yaml the sweep file
 */
public record ReportInfo(
    String title,
    String description,
    String version,
    String commit,
    String command,
    String host,
    String started,
    String finished,
    String baseline,
    int size,
    String yaml) {}
