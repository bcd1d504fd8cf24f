package dev.marlin.reports.published;

/**
 * Where published numbers are from.
 *
 * @param title of the collection
 * @param system that was measured, for example {@code AutoTiler}
 * @param text paper, file or page
 * @param trust how much to trust it
 * @param clusterMegahertz clock of the cluster; NaN if it is not known
 * @param controllerMegahertz clock of the fabric controller; NaN if it is not known
 * @param volts supply; NaN if it is not known
 * @param notes what to mind in a comparison; may be empty
 */
public record Source(
    String title,
    String system,
    String text,
    Trust trust,
    double clusterMegahertz,
    double controllerMegahertz,
    double volts,
    String notes) {

  /** How much a number may be trusted. */
  public enum Trust {
    /** Paper, vendor or repository file, official result log. */
    P("primary"),
    /** By arithmetic from a primary figure. */
    D("derived"),
    /** A single public source, not reviewed. */
    S("single source");

    private final String words;

    Trust(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  static Source of(DataFile file) {
    String trust = file.need("trust");
    if (!trust.matches("[PDS]")) {
      throw new IllegalArgumentException(
          file.need("title") + ": trust is \"" + trust + "\", but must be P, D or S");
    }
    return new Source(
        file.need("title"),
        file.need("system"),
        file.need("source"),
        Trust.valueOf(trust),
        file.number(file.head("cluster MHz")),
        file.number(file.head("fc MHz")),
        file.number(file.head("volts")),
        file.head("notes"));
  }

  /** The clocks for people, for example {@code cluster 175 MHz, FC 250 MHz, 1.2 V}. */
  public String clock() {
    if (Double.isNaN(clusterMegahertz)) {
      return "no clock";
    }
    String text = "cluster " + plain(clusterMegahertz) + " MHz";
    text += Double.isNaN(controllerMegahertz) ? "" : ", FC " + plain(controllerMegahertz) + " MHz";
    return text + (Double.isNaN(volts) ? "" : ", " + plain(volts) + " V");
  }

  private static String plain(double value) {
    return value == Math.rint(value) && value >= 10 ? "" + (long) value : "" + value;
  }
}
