package dev.marlin.reports.rows;

/**
 * What made a result. Any part may be empty if it is not known.
 *
 * @param version of Marlin
 * @param commit of Marlin's sources
 * @param compiler name and version
 * @param compilerFlags of the generated sources
 * @param programHash SHA-256 of the ELF
 * @param imageHash SHA-256 of the L3 image
 * @param chip what it ran on
 * @param host that ran it
 */
public record Provenance(
    String version,
    String commit,
    String compiler,
    String compilerFlags,
    String programHash,
    String imageHash,
    String chip,
    String host) {

  /** Nothing is known. */
  public static final Provenance UNKNOWN = new Provenance("", "", "", "", "", "", "", "");
}
