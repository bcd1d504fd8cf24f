package dev.marlin.reports;

/**
 * Where the rows of a report come from.
 *
 * @param title name of the sweep
 * @param version Marlin's version
 * @param clock the clock of milliseconds and millijoules, for example {@code 100 MHz, 1.0 V}
 * @param command the command that made the report
 */
public record ReportInfo(String title, String version, String clock, String command) {}
