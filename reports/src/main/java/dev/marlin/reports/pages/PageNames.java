package dev.marlin.reports.pages;

import dev.marlin.reports.figures.NetworkFigure;

/** Names of files of a report. */
public final class PageNames {
  private PageNames() {}

  /** Page of a network, from the folder of the index. */
  public static String network(String model) {
    return "networks/" + NetworkFigure.file(model) + ".html";
  }
}
